// KaTeX writes double-struck and script letters as an attribute, which browsers no longer read; they want
// the letters themselves (MathML Core knows the attribute's value "normal" alone).
(function () {
  "use strict";
  const first = { "double-struck": 0x1d538, script: 0x1d49c, fraktur: 0x1d504, bold: 0x1d400, "bold-italic": 0x1d468 };
  // Letters that were in Unicode before its mathematical alphabets.
  const older = {
    "double-struck": { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" },
    script: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" },
    fraktur: { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" },
  };

  function letter(variant, sign) {
    if (older[variant] && older[variant][sign]) return older[variant][sign];
    const upper = sign >= "A" && sign <= "Z";
    if (!upper && !(sign >= "a" && sign <= "z")) return sign;
    const place = upper ? sign.charCodeAt(0) - 65 : sign.charCodeAt(0) - 97 + 26;
    return String.fromCodePoint(first[variant] + place);
  }

  window.addEventListener("load", function () {
    for (const node of document.querySelectorAll("math [mathvariant]")) {
      const variant = node.getAttribute("mathvariant");
      if (!(variant in first) || node.children.length) continue;
      node.textContent = Array.from(node.textContent, (sign) => letter(variant, sign)).join("");
      node.removeAttribute("mathvariant");
    }
  });
})();
