// The pictures of a report: regions in the plane, and regions in space to turn and to pull apart.
// No library, nothing loaded from elsewhere. Everything works by mouse, by touch and by keyboard.
(function () {
  "use strict";

  const number = (text) => parseInt(text.slice(1), 16);
  function mix(colour, ground, share) {
    const a = number(colour), b = number(ground);
    const part = (shift) => Math.round(share * ((a >> shift) & 255) + (1 - share) * ((b >> shift) & 255));
    return "#" + ((1 << 24) | (part(16) << 16) | (part(8) << 8) | part(0)).toString(16).slice(1);
  }

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return { paper: value("--paper"), ink: value("--ink"), mark: value("--mark"), dark: value("--dark") === "1" };
  }

  function inside(polygon, x, y) {
    let found = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
      const [a, b] = polygon[i], [c, d] = polygon[j];
      if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) found = !found;
    }
    return found;
  }

  function trace(context, polygon) {
    context.beginPath();
    polygon.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
  }

  // What both kinds of pictures share: the canvas, colours, the legend, the facts of the chosen region.
  class Picture {
    constructor(root, data) {
      this.root = root;
      this.data = data;
      this.canvas = root.querySelector("canvas");
      this.facts = root.querySelector(".facts");
      this.legend = root.querySelector(".legend");
      this.colour = root.querySelector("[name=colour]");
      this.chosen = -1;
      this.reset();
      this.colour.addEventListener("change", () => this.draw());
      for (const button of root.querySelectorAll("button[data-key]")) {
        button.addEventListener("click", () => this.key(button.dataset.key));
      }
      this.canvas.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && this.key(event.key)) event.preventDefault();
      });
      this.canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && document.activeElement !== this.canvas) return; // the page scrolls on
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      }, { passive: false });
      this.drag();
      new ResizeObserver(() => this.draw()).observe(this.canvas);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
      matchMedia("print").addEventListener("change", () => this.draw());
    }

    drag() {
      let last = null, moved = 0;
      const canvas = this.canvas;
      canvas.addEventListener("pointerdown", (event) => {
        last = [event.clientX, event.clientY];
        moved = 0;
        canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!last) return;
        const dx = event.clientX - last[0], dy = event.clientY - last[1];
        moved += Math.abs(dx) + Math.abs(dy);
        last = [event.clientX, event.clientY];
        if (moved > 3) this.move(dx, dy);
      });
      canvas.addEventListener("pointercancel", () => { last = null; });
      canvas.addEventListener("pointerup", (event) => {
        if (!last) return;
        last = null;
        if (moved > 3) return;
        const frame = canvas.getBoundingClientRect();
        this.choose(this.hit(event.clientX - frame.left, event.clientY - frame.top));
      });
    }

    // Returns whether the key means something here.
    key(name) {
      const step = 40;
      const arrows = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (name in arrows) this.move(...arrows[name]);
      else if (name === "+" || name === "=") this.zoom(1.25);
      else if (name === "-") this.zoom(0.8);
      else if (name === "0") this.reset(), this.draw();
      else if (name === "n") this.choose((this.chosen + 1) % this.count());
      else if (name === "p") this.choose((this.chosen + this.count() - 1) % this.count());
      else if (name === "Escape") this.choose(-1);
      else return false;
      return true;
    }

    choose(region) {
      this.chosen = region;
      const lines = region < 0 ? [] : this.data.facts[region] || [`${this.data.facets[region]} facets`];
      this.facts.replaceChildren(...lines.map((line) => {
        const row = document.createElement("div");
        row.textContent = line;
        return row;
      }));
      this.facts.hidden = !lines.length;
      this.draw();
    }

    // The canvas at the resolution of the screen, cleared; sizes are in CSS pixels from here on.
    begin() {
      const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
      const ratio = window.devicePixelRatio || 1;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      const context = this.canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      this.look = theme();
      context.lineJoin = context.lineCap = "round";
      return [context, width, height];
    }

    tint(colour) {
      return mix(colour, this.look.paper, this.look.dark ? 0.55 : 0.4);
    }

    // The colour of a region, or of a piece of a class.
    fill(place) {
      const data = this.data, mode = this.colour.value, palette = data.palette;
      if (mode === "facets") return palette.facets[data.facets[place]];
      if (mode === "bounded") return this.tint(palette.class[data.bounded[place] ? 0 : 1]);
      if (mode === "row") return this.tint(["#E69F00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"][data.shades[place] % 6]);
      const winner = data.pieces.classes[place];
      return winner < 0 ? mix("#8a8f94", this.look.paper, 0.5) : this.tint(palette.class[winner]);
    }

    explain() {
      const data = this.data, mode = this.colour.value, entries = [];
      if (mode === "facets") {
        const shown = new Set(data.facets.map(String));
        for (const [count, colour] of Object.entries(data.palette.facets)) {
          if (shown.has(count)) entries.push([colour, `${count} facets`]);
        }
      } else if (mode === "bounded") {
        entries.push([this.tint(data.palette.class[0]), "bounded"], [this.tint(data.palette.class[1]), "unbounded"]);
      } else if (mode === "class") {
        const shown = new Set(data.pieces.classes);
        for (const k of [...shown].sort((a, b) => a - b)) {
          const colour = k < 0 ? mix("#8a8f94", this.look.paper, 0.5) : this.tint(data.palette.class[k]);
          entries.push([colour, data.classes[k]]);
        }
      }
      const items = entries.map(([colour, word]) => {
        const item = document.createElement("span"), box = document.createElement("i");
        box.style.background = colour;
        item.append(box, word);
        return item;
      });
      (data.labels || []).forEach((label, i) => {
        const item = document.createElement("span"), mark = document.createElement("b");
        mark.textContent = "●▲■◆"[i % 4];
        mark.style.color = mix(data.palette.data[i % data.palette.data.length], this.look.ink, 0.72);
        item.append(mark, `data: ${label}`);
        items.push(item);
      });
      this.legend.replaceChildren(...items);
    }
  }

  class Plane extends Picture {
    reset() {
      this.scale = 1;
      this.shift = [0, 0];
    }

    count() {
      return this.data.polygons.length;
    }

    move(dx, dy) {
      this.shift = [this.shift[0] + dx, this.shift[1] + dy];
      this.draw();
    }

    zoom(factor) {
      const next = Math.min(Math.max(this.scale * factor, 1), 500);
      this.shift = this.shift.map((x) => (x * next) / this.scale);
      this.scale = next;
      this.draw();
    }

    // From coordinates of the network to pixels.
    place([x, y]) {
      return [this.origin[0] + (x - this.middle[0]) * this.unit[0], this.origin[1] - (y - this.middle[1]) * this.unit[1]];
    }

    fit(width, height) {
      const [[left, right], [bottom, top]] = this.data.window;
      const room = 34;
      let unit = [(width - 2 * room) / (right - left), (height - 2 * room) / (top - bottom)];
      const ratio = (right - left) / (top - bottom);
      if (ratio >= 0.25 && ratio <= 4) unit = [Math.min(...unit), Math.min(...unit)];
      this.unit = unit.map((u) => u * this.scale);
      this.middle = [(left + right) / 2, (bottom + top) / 2];
      this.origin = [width / 2 + this.shift[0], height / 2 + this.shift[1]];
    }

    draw() {
      const [context, width, height] = this.begin();
      if (!width) return;
      this.fit(width, height);
      const data = this.data, look = this.look, mode = this.colour.value;
      const [[left, right], [bottom, top]] = data.window;
      const corners = [[left, bottom], [right, top]].map((p) => this.place(p));
      context.save();
      context.beginPath();
      context.rect(corners[0][0], corners[1][1], corners[1][0] - corners[0][0], corners[0][1] - corners[1][1]);
      context.clip();
      const layer = mode === "class" ? data.pieces : data;
      const points = layer.points.map((p) => this.place(p));
      layer.polygons.forEach((polygon, i) => {
        trace(context, polygon.map((v) => points[v]));
        context.fillStyle = context.strokeStyle = this.fill(i);
        context.lineWidth = 0.6;
        context.fill();
        context.stroke();
      });
      const places = data.points.map((p) => this.place(p));
      context.strokeStyle = mode === "facets" ? "#3a4046" : look.paper;
      context.lineWidth = data.polygons.length < 150 ? 1 : data.polygons.length < 1500 ? 0.6 : 0.3;
      context.beginPath();
      for (const [a, b] of data.outlines) {
        context.moveTo(...places[a]);
        context.lineTo(...places[b]);
      }
      context.stroke();
      if (mode === "class") this.boundary(context);
      this.marks(context);
      if (this.chosen >= 0) {
        trace(context, data.polygons[this.chosen].map((v) => places[v]));
        context.strokeStyle = look.mark;
        context.lineWidth = 3;
        context.stroke();
      }
      context.restore();
      this.axes(context, corners, width, height);
      this.explain();
    }

    boundary(context) {
      const points = this.data.pieces.points;
      context.strokeStyle = this.look.dark ? "#ffffff" : "#111111";
      context.lineWidth = 2.4;
      context.beginPath();
      for (const [a, b] of this.data.pieces.boundary) {
        context.moveTo(...this.place(points[a]));
        context.lineTo(...this.place(points[b]));
      }
      context.stroke();
    }

    marks(context) {
      const palette = this.data.palette.data;
      for (const [x, y, label] of this.data.data) {
        const [a, b] = this.place([x, y]), r = 3.4;
        context.fillStyle = mix(palette[label % palette.length], this.look.ink, 0.72);
        context.strokeStyle = this.look.paper;
        context.lineWidth = 0.8;
        context.beginPath();
        if (label % 4 === 0) context.arc(a, b, r, 0, 7);
        else if (label % 4 === 1) context.moveTo(a, b - r - 1), context.lineTo(a + r + 1, b + r), context.lineTo(a - r - 1, b + r);
        else if (label % 4 === 2) context.rect(a - r, b - r, 2 * r, 2 * r);
        else context.moveTo(a, b - r - 1), context.lineTo(a + r + 1, b), context.lineTo(a, b + r + 1), context.lineTo(a - r - 1, b);
        context.closePath();
        context.fill();
        context.stroke();
      }
    }

    axes(context, corners, width, height) {
      const look = this.look, [[x0, y0], [x1, y1]] = corners;
      context.strokeStyle = look.ink;
      context.lineWidth = 1;
      context.strokeRect(x0, y1, x1 - x0, y0 - y1);
      context.fillStyle = look.ink;
      context.font = "12px system-ui, sans-serif";
      const low = [Math.max(x0, 4), Math.min(y0, height - 30)], high = [Math.min(x1, width - 4), Math.max(y1, 4)];
      const label = (px, axis) => {
        const value = this.middle[axis] + ((px - this.origin[axis]) / this.unit[axis]) * (axis ? -1 : 1);
        return String(Number(value.toPrecision(3)));
      };
      context.textBaseline = "top";
      context.textAlign = "left";
      context.fillText(label(low[0], 0), low[0], low[1] + 5);
      context.textAlign = "right";
      context.fillText(label(high[0], 0), high[0], low[1] + 5);
      context.textAlign = "center";
      context.fillText(this.data.names[0], (low[0] + high[0]) / 2, low[1] + 5);
      context.save();
      context.translate(low[0] - 16, (low[1] + high[1]) / 2);
      context.rotate(-Math.PI / 2);
      context.fillText(this.data.names[1], 0, 0);
      context.textAlign = "right";
      context.fillText(label(high[1], 1), (low[1] - high[1]) / 2, 0);
      context.textAlign = "left";
      context.fillText(label(low[1], 1), -(low[1] - high[1]) / 2, 0);
      context.restore();
    }

    hit(x, y) {
      return this.data.polygons.findIndex((polygon) => inside(polygon.map((v) => this.place(this.data.points[v])), x, y));
    }
  }

  // Several pictures of one window, one after another: a slider, and a button that plays them.
  class Film extends Plane {
    constructor(root, data) {
      super(root, data.frames[0]);
      this.frames = data.frames;
      this.slider = root.querySelector("[name=frame]");
      this.caption = root.querySelector(".caption");
      this.button = root.querySelector("button[name=play]");
      this.timer = 0;
      this.slider.addEventListener("input", () => this.turn(Number(this.slider.value)));
      this.button.addEventListener("click", () => this.play());
      this.turn(0);
    }

    turn(frame) {
      this.slider.value = frame;
      this.data = this.frames[frame];
      this.caption.textContent = this.data.caption;
      this.slider.setAttribute("aria-valuetext", this.data.caption);
      this.choose(-1);
    }

    play() {
      if (this.timer) {
        clearInterval(this.timer);
        this.timer = 0;
      } else {
        if (Number(this.slider.value) === this.frames.length - 1) this.turn(0);
        this.timer = setInterval(() => {
          const next = Number(this.slider.value) + 1;
          if (next < this.frames.length) this.turn(next);
          else this.play();
        }, 600);
      }
      this.button.textContent = this.timer ? "pause" : "play";
    }

    key(name) {
      const here = Number(this.slider.value);
      if (name === "PageDown") this.turn(Math.min(here + 1, this.frames.length - 1));
      else if (name === "PageUp") this.turn(Math.max(here - 1, 0));
      else return super.key(name);
      return true;
    }
  }

  class Solid extends Picture {
    constructor(root, data) {
      super(root, data);
      this.explode = root.querySelector("[name=explode]");
      this.explode.addEventListener("input", () => this.draw());
      this.show = root.querySelector("[name=show]");
      this.show.addEventListener("change", () => {
        if (this.show.value) this.colour.value = "class"; // one class is shown in its colour
        this.draw();
      });
      this.colour.addEventListener("change", () => {
        if (this.colour.value !== "class") this.show.value = "";
        this.draw();
      });
    }

    reset() {
      this.scale = 1;
      this.turn = [0.7, 0.42];
    }

    count() {
      return this.data.bodies.length;
    }

    move(dx, dy) {
      this.turn = [this.turn[0] + dx * 0.008, Math.min(Math.max(this.turn[1] + dy * 0.008, -1.55), 1.55)];
      this.draw();
    }

    zoom(factor) {
      this.scale = Math.min(Math.max(this.scale * factor, 0.2), 60);
      this.draw();
    }

    draw() {
      const [context, width, height] = this.begin();
      if (!width || !this.show) return;
      const data = this.data, mode = this.colour.value;
      const layer = mode === "class" ? data.pieces : data;
      const amount = Number(this.explode.value) / 100;
      const sizes = data.window.map(([a, b]) => b - a);
      const middle = data.window.map(([a, b]) => (a + b) / 2);
      const unit = (1.05 * this.scale * Math.min(width, height)) / (1.732 * (1 + amount));
      const [cy, sy] = [Math.cos(this.turn[0]), Math.sin(this.turn[0])];
      const [cp, sp] = [Math.cos(this.turn[1]), Math.sin(this.turn[1])];
      // Axes are stretched to one length, turned about the vertical one, then towards the reader.
      const turned = (p) => {
        const [x, y, z] = p.map((v, i) => (v - middle[i]) / sizes[i]);
        const u = cy * x + sy * y, w = -sy * x + cy * y;
        return [u, sp * w + cp * z, cp * w - sp * z];
      };
      const points = layer.points.map(turned), centres = layer.centres.map(turned);
      const screen = ([x, y]) => [width / 2 + unit * x, height / 2 - unit * y];
      this.drawn = [];
      const order = centres.map((c, i) => [c[2], i]).sort((a, b) => b[0] - a[0]);
      const edge = mode === "facets" ? "#3a4046" : mix(this.look.ink, "#808080", 0.7);
      const only = this.show.value;
      for (const [, body] of order) {
        if (only && mode === "class" && String(layer.classes[body]) !== only) continue;
        const shift = centres[body].map((x) => amount * x);
        const base = this.fill(body);
        for (const face of layer.bodies[body]) {
          const polygon = layer.polygons[face].map((v) => points[v]);
          const normal = outward(polygon, data.flat ? [0, 0, 9] : centres[body]); // both sides, or the outer one
          if (normal[2] >= 0) continue;
          const flat = polygon.map((p) => screen([p[0] + shift[0], p[1] + shift[1]]));
          const light = 0.5 - 0.25 * normal[2] + 0.2 * normal[1] - 0.1 * normal[0];
          trace(context, flat);
          context.fillStyle = light > 0.65 ? mix("#ffffff", base, Math.min(light - 0.65, 0.5)) : mix(base, "#000000", 0.55 + 0.7 * light);
          context.fill();
          context.strokeStyle = (mode !== "class" || data.flat) && body === this.chosen ? this.look.mark : edge;
          context.lineWidth = (mode !== "class" || data.flat) && body === this.chosen ? 2.6 : layer.bodies.length < 400 ? 0.8 : 0.35;
          context.stroke();
          if (mode !== "class" || data.flat) this.drawn.push([body, flat]);
        }
      }
      this.compass(context, width, height, cy, sy, cp, sp);
      this.explain();
    }

    compass(context, width, height, cy, sy, cp, sp) {
      const at = [64, height - 62], length = 38;
      const ends = [[cy, -sp * sy], [sy, sp * cy], [0, cp]];
      const { ink, paper } = this.look;
      context.fillStyle = ink;
      context.lineJoin = "round";
      context.font = "12px system-ui, sans-serif";
      context.textBaseline = "middle";
      // Each line and word first wider in the colour of the page: in a narrow window bodies lie behind it.
      const line = (colour, width) => {
        context.strokeStyle = colour;
        context.lineWidth = width;
      };
      ends.forEach(([x, y], i) => {
        context.beginPath();
        context.moveTo(...at);
        context.lineTo(at[0] + length * x, at[1] - length * y);
        line(paper, 4);
        context.stroke();
        line(ink, 1.4);
        context.stroke();
        context.textAlign = Math.abs(x) < 0.25 ? "center" : x > 0 ? "left" : "right";
        const word = [this.data.names[i], at[0] + (length + 6) * x, at[1] - (length + 10) * y];
        line(paper, 4);
        context.strokeText(...word);
        context.fillText(...word);
      });
    }

    hit(x, y) {
      for (let i = this.drawn.length - 1; i >= 0; i--) if (inside(this.drawn[i][1], x, y)) return this.drawn[i][0];
      return -1;
    }
  }

  // The normal of a plane polygon of a convex body, of length 1, away from the body's centre.
  function outward(polygon, centre) {
    let n = [0, 0, 0];
    polygon.forEach((a, i) => {
      const b = polygon[(i + 1) % polygon.length];
      n = [n[0] + a[1] * b[2] - a[2] * b[1], n[1] + a[2] * b[0] - a[0] * b[2], n[2] + a[0] * b[1] - a[1] * b[0]];
    });
    const length = Math.hypot(...n) || 1;
    const middle = [0, 1, 2].map((k) => polygon.reduce((sum, p) => sum + p[k], 0) / polygon.length - centre[k]);
    const side = n.reduce((sum, x, k) => sum + x * middle[k], 0) < 0 ? -1 : 1;
    return n.map((x) => (side * x) / length);
  }

  const kinds = { plane: Plane, solid: Solid, film: Film };
  for (const root of document.querySelectorAll(".picture")) {
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const picture = new kinds[data.kind](root, data);
    picture.draw();
    root.dataset.ready = "1";
  }
})();
