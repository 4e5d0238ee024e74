/* A block is refined by one layer: forms composed, signs looked at, neurons split window by window. */

/* form += a * weight, for one column of the forms. */
INLINE void add_column(double *restrict form, double a, const double *restrict weight, size_t padded)
{
    for (size_t u = 0; u < padded; u++)
        form[u] += a * weight[u];
}

static inline int is_active(const Layer *layer, const uint64_t *row, int unit)
{
    int neuron = layer->neuron[unit];
    return neuron < 0 || (row[neuron >> 6] >> (neuron & 63) & 1);
}

/* Forms of home `h` from those of home `h` - 1, where few units of the layer below differ and both homes
 * came from one region: how many do, or more than `most`, and then nothing is done. */
static HOT int update_forms(const Worker *w, int l, int h, int most)
{
    const Run *run = w->run;
    DIMENSION(run);
    const Block *b = &w->block[l], *under = &w->block[l - 1];
    const Layer *layer = &run->layer[l], *below = &run->layer[l - 1];
    const uint64_t *row = row_of_home(w, b, h), *before = row_of_home(w, b, h - 1);
    int found[UPDATES], count = 0, last = below->first + below->neurons - 1;
    if (!below->neurons || b->parent_home[h] != b->parent_home[h - 1])
        return most + 1;
    for (int word = below->first >> 6; word <= last >> 6; word++)
        for (uint64_t bits = row[word] ^ before[word]; bits; bits &= bits - 1) {
            if (count == most)
                return most + 1;
            found[count++] = 64 * word + __builtin_ctzll(bits) - below->first;
        }
    size_t padded = (size_t)layer->padded, size = padded * (size_t)(D + 1);
    size_t width = (size_t)below->padded;
    double *form = b->form + size * (size_t)h;
    const double *inner = under->form + width * (size_t)(D + 1) * (size_t)b->parent_home[h];
    memcpy(form, form - size, size * sizeof *form);
    for (int i = 0; i < count; i++) {
        int unit = below->unit[found[i]];
        double sign = is_active(below, row, unit) ? 1 : -1;
        for (int c = 0; c <= D; c++)
            add_column(form + (size_t)c * padded, sign * inner[(size_t)c * width + (size_t)unit],
                       layer->weight + padded * (size_t)unit, padded);
    }
    return count;
}

static HOT void compose_forms(const Worker *w, int l, int h)
{
    const Run *run = w->run;
    DIMENSION(run);
    const Block *b = &w->block[l];
    const Layer *layer = &run->layer[l];
    size_t padded = (size_t)layer->padded;
    double *form = b->form + padded * (size_t)(D + 1) * (size_t)h;
    memset(form, 0, padded * (size_t)D * sizeof *form);
    memcpy(form + (size_t)D * padded, layer->bias, padded * sizeof *form);
    if (l == 0) {
        memcpy(form, layer->weight, padded * (size_t)D * sizeof *form);
        return;
    }
    const Layer *below = &run->layer[l - 1];
    const uint64_t *row = row_of_home(w, b, h);
    size_t width = (size_t)below->padded;
    const double *inner =
        w->block[l - 1].form + width * (size_t)(D + 1) * (size_t)b->parent_home[h];
    for (int i = 0; i < layer->inputs; i++)
        if (is_active(below, row, i))
            for (int c = 0; c <= D; c++)
                add_column(form + (size_t)c * padded, inner[(size_t)c * width + (size_t)i],
                           layer->weight + padded * (size_t)i, padded);
}

/* Which units have gradient zero on home `h`, beyond rounding: no input that is active and not so itself
 * has a weight that is not zero. */
static void find_flat(const Worker *w, int l, int h)
{
    const Run *run = w->run;
    const Block *b = &w->block[l];
    const Layer *layer = &run->layer[l], *below = l ? &run->layer[l - 1] : NULL;
    const uint64_t *row = row_of_home(w, b, h);
    size_t padded = (size_t)layer->padded;
    uint8_t *flat = b->flat + padded * (size_t)h;
    memset(flat, 1, padded);
    for (int i = 0; i < layer->inputs; i++) {
        if (l) {
            const Block *under = &w->block[l - 1];
            size_t home = (size_t)b->parent_home[h];
            if (!is_active(below, row, i) || under->flat[(size_t)below->padded * home + (size_t)i])
                continue;
        }
        if (!layer->has_zero) {
            memset(flat, 0, padded);
            return;
        }
        const double *weight = layer->weight + padded * (size_t)i;
        for (size_t u = 0; u < padded; u++)
            flat[u] = flat[u] && weight[u] == 0;
    }
}

/* The layer's units as affine forms on each home region, from those of the layer below. */
static void compose(Worker *w, int l)
{
    const Run *run = w->run;
    DIMENSION(run);
    Block *b = &w->block[l];
    size_t padded = (size_t)run->layer[l].padded;
    size_t need = padded * (size_t)(D + 1) * (size_t)b->homes;
    if (need > b->form_room) {
        b->form_room = need + need / 2;
        b->form = resized(w, b->form, b->form_room, sizeof *b->form);
        b->flat = resized(w, b->flat, b->form_room / (size_t)(D + 1) + 1, 1);
    }
    int left = 0;
    for (int h = 0; h < b->homes; h++) {
        int updates = l && h ? update_forms(w, l, h, left) : left + 1;
        left -= updates;
        if (left < 0) {
            compose_forms(w, l, h);
            left = UPDATES;
        }
        if (run->parts > 1)
            find_flat(w, l, h);
    }
}

/* Units that the filter sees to be positive, or negative, at all vertices of the block. */
static HOT void look(Worker *w, const Block *b, const Layer *layer)
{
    const Run *run = w->run;
    DIMENSION(run);
    size_t padded = (size_t)layer->padded;
    int64_t *restrict positive = w->positive, *restrict negative = w->negative;
    const double *restrict constant = layer->constant, *restrict slope = layer->slope,
                           *restrict reach = layer->reach, *restrict far = layer->far;
    for (size_t u = 0; u < padded; u++)
        positive[u] = negative[u] = 1;
    for (int i = 0; i < b->level[0].size; i++) {
        const Vertex *v = &b->vertex[i];
        size_t home = (size_t)b->level[0].cells[i].home;
        const double *restrict a = b->form + padded * (size_t)(D + 1) * home;
        double size = largest(v->x[0], D), error = v->error[0];
        if (!is_far(run, v)) {
            for (size_t u = 0; u < padded; u++) {
                double s = a[(size_t)D * padded + u];
                for (int c = 0; c < D; c++)
                    s += v->x[0][c] * a[(size_t)c * padded + u];
                double bound = constant[u] + slope[u] * size + reach[u] * error;
                positive[u] &= (s > bound) & (s <= DBL_MAX);
                negative[u] &= (s < -bound) & (s >= -DBL_MAX);
            }
            continue;
        }
        const uint8_t *restrict flat = b->flat + padded * home;
        double far_size = largest(v->x[1], D), far_error = v->error[1];
        for (size_t u = 0; u < padded; u++) {
            double s = a[(size_t)D * padded + u], z = 0;
            for (int c = 0; c < D; c++) {
                s += v->x[0][c] * a[(size_t)c * padded + u];
                z += v->x[1][c] * a[(size_t)c * padded + u];
            }
            double bound = constant[u] + slope[u] * size + reach[u] * error;
            double far_bound = far[u] + slope[u] * far_size + reach[u] * far_error;
            int decides = (fabs(z) > far_bound) & (fabs(z) <= DBL_MAX);
            s = decides ? z : s;
            bound = decides ? far_bound : flat[u] ? bound : INFINITY;
            positive[u] &= (s > bound) & (s <= DBL_MAX);
            negative[u] &= (s < -bound) & (s >= -DBL_MAX);
        }
    }
}

/* Sorts the layer's neurons into those of one sign, which are noted, and those to be split. */
static void sort_neurons(Worker *w, Block *b, const Layer *layer)
{
    size_t words = (size_t)w->run->words;
    if (!b->constant)
        b->constant = resized(w, NULL, 2 * words, sizeof *b->constant);
    memset(b->constant, 0, 2 * words * sizeof *b->constant);
    if (b->cutting_room < layer->units) {
        b->cutting = resized(w, b->cutting, (size_t)layer->units, sizeof *b->cutting);
        b->cutting_room = layer->units;
    }
    b->ncutting = 0;
    for (int u = 0; u < layer->units; u++) {
        int neuron = layer->neuron[u];
        if (neuron < 0)
            continue;
        if (w->positive[u] || w->negative[u]) {
            size_t word = (size_t)(neuron >> 6) + (w->positive[u] ? 0 : words);
            b->constant[word] |= 1ull << (neuron & 63);
        } else
            b->cutting[b->ncutting++] = u;
    }
    w->sums.filter += (uint64_t)b->level[0].size * (uint64_t)(layer->neurons - b->ncutting);
    b->windows = (b->ncutting + WINDOW - 1) / WINDOW;
}

static void load_window(Worker *w, const Block *b, const Layer *layer, int index)
{
    DIMENSION(w->run);
    Window *win = &w->window;
    int first = index * WINDOW, left = b->ncutting - first;
    size_t padded = (size_t)layer->padded, size = (size_t)(D + 1) * WINDOW;
    win->index = index;
    win->size = left < WINDOW ? left : WINDOW;
    win->touched = 0;
    if (size * (size_t)b->homes > win->form_room) {
        win->form_room = size * (size_t)b->homes * 2;
        win->form = resized(w, win->form, win->form_room, sizeof *win->form);
        win->flat = resized(w, win->flat, win->form_room / (size_t)(D + 1), sizeof *win->flat);
        win->reach = resized(w, win->reach, win->form_room / (size_t)(D + 1), sizeof *win->reach);
    }
    for (int k = 0; k < win->size; k++) {
        int u = b->cutting[first + k];
        win->unit[k] = u;
        win->constant[k] = layer->constant[u];
        win->slope[k] = layer->slope[u];
        win->far[k] = layer->far[u];
    }
    for (int h = 0; h < b->homes; h++)
        for (int k = 0; k < win->size; k++) {
            const double *from = b->form + padded * (size_t)(D + 1) * (size_t)h + win->unit[k];
            double *to = win->form + size * (size_t)h + k;
            double norm = layer->spread[win->unit[k]];
            for (int c = 0; c <= D; c++) {
                to[c * WINDOW] = from[padded * (size_t)c];
                norm += c < D ? fabs(to[c * WINDOW]) : 0;
            }
            win->reach[WINDOW * (size_t)h + (size_t)k] = norm * INFLATE;
            win->flat[WINDOW * (size_t)h + (size_t)k] =
                b->flat[padded * (size_t)h + (size_t)win->unit[k]] ? 0 : INFINITY;
        }
}

/* The words of all cells for the window's neurons. */
static HOT void open_words(Worker *w, Block *b)
{
    DIMENSION(w->run);
    Level *vertices = &b->level[0];
    for (int i = 0; i < vertices->size; i++) {
        uint32_t open;
        vertices->words[i] =
            evaluate(w, &w->window, &b->vertex[i], vertices->cells[i].home, 0, &open);
        if (open)
            postpone(w, i, open);
    }
    w->sums.filter += (uint64_t)vertices->size * (uint64_t)w->window.size - (uint64_t)w->pendings;
    if (w->pendings)
        decide_pending(w, b);
    for (int j = 1; j <= D; j++) {
        Level *level = &b->level[j];
        const uint64_t *below = b->level[j - 1].words;
        for (int c = 0; c < level->size; c++) {
            const Cell *cell = &level->cells[c];
            uint64_t word = 0;
            if (cell->alive)
                for (int i = 0; i < cell->count; i++)
                    word |= below[level->facets[cell->first + (uint32_t)i]];
            level->words[c] = word;
        }
    }
}

static void save_words(Worker *w, Block *b)
{
    DIMENSION(w->run);
    size_t windows = (size_t)b->windows, index = (size_t)w->window.index;
    const Level *regions = &b->level[D], *vertices = &b->level[0];
    reserve_words(w, &b->region_word, &b->region_word_room, windows * (size_t)regions->size);
    for (int r = 0; r < regions->size; r++)
        b->region_word[windows * (size_t)r + index] = regions->words[r];
    if (!w->run->record)
        return;
    reserve_words(w, &b->vertex_word, &b->vertex_word_room, windows * (size_t)vertices->size);
    for (int i = 0; i < vertices->size; i++)
        b->vertex_word[windows * (size_t)i + index] = vertices->words[i];
}

static void poll(const Worker *w)
{
    if (w->run->stop && atomic_load_explicit(w->run->stop, memory_order_relaxed))
        fail((Worker *)w, STOPPED);
}

/* Whether the caller wants the run to stop before its next neuron. */
static int halts(Worker *w)
{
    int answer = w->run->between(w->done, w->alive);
    if (answer != GO_ON && answer != HALT)
        fail(w, CALLER_FAILED);
    return answer == HALT;
}

/* Asks the caller before each neuron of a breadth-first run up to `neuron`; 1 to go on. */
static int goes_on(Worker *w, int neuron)
{
    poll(w);
    if (w->run->max_cells && atomic_load(&w->run->cells) + w->alive > w->run->max_cells) {
        atomic_fetch_add(&w->run->cells, (long long)w->alive);
        fail(w, STOPPED);
    }
    if (!w->run->between) {
        w->done = neuron;
        return 1;
    }
    while (w->done <= neuron && w->done < w->run->neurons) {
        if (halts(w))
            return 0;
        if (w->done == neuron)
            break;
        w->done++;
    }
    return 1;
}

/* Refines block `l` by layer `l`; its regions' rows are then in their homes' rows, `constant` and words. */
static void refine(Worker *w, int l)
{
    const Run *run = w->run;
    const Layer *layer = &run->layer[l];
    Block *b = &w->block[l];
    w->depth = l;
    poll(w);
    compose(w, l);
    look(w, b, layer);
    sort_neurons(w, b, layer);
    for (int q = 0; q < b->windows && !w->halted; q++) {
        load_window(w, b, layer, q);
        open_words(w, b);
        for (int k = 0; k < w->window.size && !w->halted; k++) {
            if (!goes_on(w, layer->neuron[w->window.unit[k]])) {
                w->halted = 1;
                break;
            }
            split(w, b, k);
            w->done++;
        }
        save_words(w, b);
        if (w->halted) /* the words of further windows are not there */
            b->ncutting = q * WINDOW + w->window.size;
    }
    if (!w->halted && layer->neurons && run->between) {
        int last = layer->first + layer->neurons;
        while (w->done < last && !w->halted) {
            w->halted = halts(w);
            w->done += !w->halted;
        }
    }
    w->sums.blocks++;
}

static void or_words(uint64_t *row, const Block *b, const Layer *layer, size_t words,
                     const uint64_t *saved)
{
    for (size_t i = 0; i < 2 * words; i++)
        row[i] |= b->constant[i];
    for (int k = 0; k < b->ncutting; k++) {
        uint64_t word = saved[k / WINDOW] >> (k % WINDOW);
        int neuron = layer->neuron[b->cutting[k]];
        row[neuron >> 6] |= (word & 1) << (neuron & 63);
        row[words + (size_t)(neuron >> 6)] |= (word >> WINDOW & 1) << (neuron & 63);
    }
}

/* The row of a region of block `l` after its refinement. */
static void region_row(const Worker *w, int l, int region, uint64_t *row)
{
    DIMENSION(w->run);
    const Block *b = &w->block[l];
    size_t words = (size_t)w->run->words;
    memcpy(row, row_of_home(w, b, b->level[D].cells[region].home), 2 * words * sizeof *row);
    or_words(row, b, &w->run->layer[l], words, b->region_word + (size_t)b->windows * (size_t)region);
}
