/* Where vertices are, and on which side of each neuron: proofs/filter.md, sections 2 to 4 and 6. */

#define UNIT_ROUNDOFF 0x1p-53
#define INFLATE (1.0 + 0x1p-20)
#define TINY 0x1p-1020

/* Relative error up to which an interpolated vertex is taken; signs that this leaves open are few. */
#define GOOD_ENOUGH 1e-5

INLINE double largest(const double *x, int n)
{
    double result = 0;
    for (int c = 0; c < n; c++) {
        double a = fabs(x[c]);
        result = a > result ? a : result;
    }
    return result;
}

/* `home` of the block in work as a home of the block of layer `l`. */
static int home_at(const Worker *w, int home, int l)
{
    for (int depth = w->depth; depth > l; depth--)
        home = w->block[depth].parent_home[home];
    return home;
}

/* The float64 form of a constraint in a home region and what is known of its error: see Theorem 5. */
typedef struct {
    double row[MAXD], constant[2]; /* gradient; p and q constant */
    double spread;                 /* sum of the gradient's errors */
    double error[2], slope;        /* of a computed value: error[part] + slope X */
    double log_scale;
} Form;

static void load_form(const Worker *w, int id, int home, Form *form)
{
    const Run *run = w->run;
    DIMENSION(run);
    memset(form, 0, sizeof *form);
    if (id < run->sides) {
        for (int c = 0; c < D; c++)
            form->row[c] = run->side_row[id * D + c];
        for (int p = 0; p < run->parts; p++) {
            form->constant[p] = run->side_constant[id * run->parts + p];
            form->error[p] = run->side_error[id * run->parts + p];
        }
        form->spread = run->side_spread[id];
        form->log_scale = run->side_log[id];
        form->slope = run->side_slope[id];
        return;
    }
    int neuron = id - run->sides, l = run->layer_of[neuron];
    const Layer *layer = &run->layer[l];
    const Block *b = &w->block[l];
    int u = layer->unit[neuron - layer->first];
    const double *a = b->form
        + (size_t)home_at(w, home, l) * (size_t)layer->padded * (size_t)(D + 1) + u;
    for (int c = 0; c < D; c++)
        form->row[c] = a[(size_t)c * (size_t)layer->padded];
    form->constant[0] = a[(size_t)D * (size_t)layer->padded];
    form->spread = layer->spread[u];
    form->error[0] = layer->constant[u];
    form->error[1] = layer->far[u];
    form->slope = layer->slope[u];
    form->log_scale = layer->log_scale;
}

/* An approximate inverse of the rows of d forms, by elimination; nothing is claimed of it. */
static void invert(const Form *form, int D, double inverse[MAXD][MAXD])
{
    double work[MAXD][2 * MAXD];
    for (int i = 0; i < D; i++) {
        double size = largest(form[i].row, D), scale = size > 0 ? 1 / size : 1;
        for (int c = 0; c < D; c++) {
            work[i][c] = form[i].row[c] * scale;
            work[i][D + c] = i == c ? scale : 0;
        }
    }
    for (int s = 0; s < D; s++) {
        int pivot = s;
        for (int i = s + 1; i < D; i++)
            if (fabs(work[i][s]) > fabs(work[pivot][s]))
                pivot = i;
        if (pivot != s)
            for (int c = 0; c < 2 * D; c++) {
                double other = work[s][c];
                work[s][c] = work[pivot][c];
                work[pivot][c] = other;
            }
        double factor = 1 / work[s][s];
        for (int c = s; c < 2 * D; c++)
            work[s][c] *= factor;
        for (int i = 0; i < D; i++)
            if (i != s) {
                double f = work[i][s];
                for (int c = s; c < 2 * D; c++)
                    work[i][c] -= f * work[s][c];
            }
    }
    for (int i = 0; i < D; i++)
        for (int c = 0; c < D; c++)
            inverse[i][c] = work[i][D + c];
}

/* The norm of inverse * rows - 1, rounded up, errors of the rows included. */
static double deviation(const Form *form, int D, double inverse[MAXD][MAXD])
{
    double norm = 0, rounding = (D + 2) * UNIT_ROUNDOFF * INFLATE;
    for (int i = 0; i < D; i++) {
        double sum = 0;
        for (int j = 0; j < D; j++) {
            double entry = 0;
            for (int r = 0; r < D; r++)
                entry += inverse[i][r] * form[r].row[j];
            sum += fabs(entry - (i == j));
        }
        for (int r = 0; r < D; r++) {
            double size = 0;
            for (int j = 0; j < D; j++)
                size += fabs(form[r].row[j]);
            sum += fabs(inverse[i][r]) * (rounding * size + form[r].spread);
        }
        norm = sum > norm || isnan(sum) ? sum : norm;
    }
    return norm * INFLATE + 8 * D * UNIT_ROUNDOFF;
}

/* A vertex from the forms of its basis, with proven bounds (Theorem 2 with the forms of Theorem 5). */
static void place(Worker *w, const uint16_t *act, int home, Vertex *v)
{
    const Run *run = w->run;
    DIMENSION(run);
    Form form[MAXD];
    double inverse[MAXD][MAXD];
    int finite = 1;
    for (int i = 0; i < D; i++) {
        load_form(w, act[i], home, &form[i]);
        finite &= act[i] >= run->sides;
    }
    invert(form, D, inverse);
    double norm = deviation(form, D, inverse);
    v->solved = 1;
    v->far = !finite;
    for (int p = 0; p < run->parts; p++) {
        double *x = v->x[p];
        if (p == 1 && finite) {
            for (int i = 0; i < D; i++)
                x[i] = 0;
            v->error[1] = 0;
            continue;
        }
        for (int i = 0; i < D; i++) {
            double sum = 0;
            for (int r = 0; r < D; r++)
                sum -= inverse[i][r] * form[r].constant[p];
            x[i] = sum;
        }
        double size = largest(x, D), residual[MAXD], step = 0;
        for (int r = 0; r < D; r++) {
            double value = form[r].constant[p];
            for (int c = 0; c < D; c++)
                value += form[r].row[c] * x[c];
            residual[r] = fabs(value) + form[r].error[p] + form[r].slope * size;
        }
        for (int i = 0; i < D; i++) {
            double sum = 0;
            for (int r = 0; r < D; r++)
                sum += fabs(inverse[i][r]) * residual[r];
            step = sum > step || isnan(sum) ? sum : step;
        }
        double bound = step / (1 - norm) * INFLATE * INFLATE + 8 * D * TINY;
        v->error[p] = norm < 0.5 && bound <= DBL_MAX ? bound : INFINITY;
    }
}

/* The point of an edge where the window's neuron k vanishes, from the edge's ends (Theorem 6): 1 if the
 * bound is good enough. Ends at infinity are left to `place`. */
INLINE int interpolate(const Worker *w, const Window *win, int k, const Vertex *u,
                              const Vertex *z, int home, Vertex *v)
{
    DIMENSION(w->run);
    const double *a = win->form + (size_t)home * (size_t)(D + 1) * WINDOW + k;
    double at_u = a[D * WINDOW], at_z = at_u, size = 0, length = 0;
    if (w->run->parts > 1 && (u->far || z->far))
        return 0;
    for (int c = 0; c < D; c++) {
        at_u += u->x[0][c] * a[c * WINDOW];
        at_z += z->x[0][c] * a[c * WINDOW];
        double p = fabs(u->x[0][c]), q = fabs(z->x[0][c]);
        p = p > q ? p : q;
        size = p > size ? p : size;
    }
    double worst = u->error[0] > z->error[0] ? u->error[0] : z->error[0];
    double error =
        win->constant[k] + win->slope[k] * size + win->reach[WINDOW * (size_t)home + (size_t)k] * worst;
    double difference = at_u - at_z, t = at_u / difference;
    double off = error / fabs(difference) * INFLATE + 4 * UNIT_ROUNDOFF;
    if (!(t >= 0 && t <= 1 && off < 1e-3))
        return 0;
    for (int c = 0; c < D; c++) {
        double step = z->x[0][c] - u->x[0][c], s = fabs(step);
        v->x[0][c] = u->x[0][c] + t * step;
        v->x[1][c] = 0;
        length = s > length ? s : length;
    }
    v->error[0] = ((1 - t + off) * u->error[0] + (t + off) * z->error[0] + off * length
                   + 8 * UNIT_ROUNDOFF * size)
            * INFLATE
        + TINY;
    v->error[1] = 0;
    v->solved = 0;
    v->far = 0;
    return v->error[0] < GOOD_ENOUGH * size || v->error[0] < GOOD_ENOUGH * length;
}

INLINE int is_far(const Run *run, const Vertex *v)
{
    return run->parts > 1 && v->far;
}

/* The word of neurons `from..` of the window at a vertex; in `open` the ones left undecided. */
INLINE uint64_t evaluate(const Worker *w, const Window *win, const Vertex *v, int home,
                                int from, uint32_t *open)
{
    DIMENSION(w->run);
    const double *restrict a = win->form + (size_t)home * (size_t)(D + 1) * WINDOW;
    const double *restrict reach = win->reach + (size_t)home * WINDOW;
    double value[WINDOW], bound[WINDOW], size = largest(v->x[0], D), error = v->error[0];
    uint64_t word = 0;
    uint32_t undecided = 0;
    int stop = win->size;
    for (int k = from; k < stop; k++) {
        double s = a[D * WINDOW + k];
        for (int c = 0; c < D; c++)
            s += v->x[0][c] * a[c * WINDOW + k];
        value[k] = s;
        bound[k] = win->constant[k] + win->slope[k] * size + reach[k] * error;
    }
    if (is_far(w->run, v)) {
        const double *restrict flat = win->flat + (size_t)home * WINDOW;
        double far_size = largest(v->x[1], D), far_error = v->error[1];
        for (int k = from; k < stop; k++) {
            double s = 0;
            for (int c = 0; c < D; c++)
                s += v->x[1][c] * a[c * WINDOW + k];
            double b = win->far[k] + win->slope[k] * far_size + reach[k] * far_error;
            int decides = fabs(s) > b && fabs(s) <= DBL_MAX;
            value[k] = decides ? s : value[k];
            bound[k] = decides ? b : bound[k] + flat[k];
        }
    }
    for (int k = from; k < stop; k++) {
        uint64_t plus = value[k] > bound[k] && value[k] <= DBL_MAX;
        uint64_t minus = value[k] < -bound[k] && value[k] >= -DBL_MAX;
        word |= plus << k | minus << (WINDOW + k);
        undecided |= (uint32_t)(1 ^ (plus | minus)) << k;
    }
    *open = undecided;
    return word;
}

/* log2 of a bound on the determinant of a vertex's basis in integers (Theorem 4), rounded up. */
static double log_determinant(const Worker *w, const uint16_t *act, int home)
{
    DIMENSION(w->run);
    double result = 1;
    for (int i = 0; i < D; i++) {
        Form form;
        load_form(w, act[i], home, &form);
        double length = form.spread;
        for (int c = 0; c < D; c++)
            length += fabs(form.row[c]);
        result += log2(length * INFLATE) + form.log_scale;
    }
    return result;
}

/* Whether unit `u` is exactly zero on a home region, all constants and gradients being so. */
static int vanishes(const Worker *w, int l, int home, int u)
{
    const Layer *layer = &w->run->layer[l];
    if (layer->bias[u] != 0)
        return 0;
    if (l == 0) {
        for (int i = 0; i < layer->inputs; i++)
            if (layer->weight[(size_t)i * (size_t)layer->padded + (size_t)u] != 0)
                return 0;
        return 1;
    }
    const Layer *below = &w->run->layer[l - 1];
    const uint64_t *row = row_of_home(w, &w->block[l], home);
    for (int i = 0; i < layer->inputs; i++) {
        int neuron = below->neuron[i];
        int active = neuron < 0 || (row[neuron >> 6] >> (neuron & 63) & 1);
        if (active && layer->weight[(size_t)i * (size_t)layer->padded + (size_t)u] != 0
            && !vanishes(w, l - 1, w->block[l].parent_home[home], i))
            return 0;
    }
    return 1;
}

enum { UNDECIDED = 2 };

/* Stages 1 and 2 for one sign that `evaluate` left open: the vertex is placed anew if it was
 * interpolated, then the filter is asked again, then the separation bound. */
static int settle(Worker *w, Block *b, int vertex, int u)
{
    const Run *run = w->run;
    DIMENSION(run);
    const Layer *layer = &run->layer[w->depth];
    const Cell *cell = &b->level[0].cells[vertex];
    Vertex *v = &b->vertex[vertex];
    if (!v->solved) {
        Vertex anew;
        memset(&anew, 0, sizeof anew);
        place(w, cell->act, cell->home, &anew);
        if (anew.error[0] < v->error[0])
            *v = anew;
        v->solved = 1;
    }
    if (vanishes(w, w->depth, cell->home, u)) {
        w->sums.separation++;
        return 0;
    }
    const double *a = b->form + (size_t)cell->home * (size_t)layer->padded * (size_t)(D + 1) + u;
    size_t step = (size_t)layer->padded;
    double logs = log_determinant(w, cell->act, cell->home) + layer->log_scale + 1;
    double threshold = exp2(-logs); /* NaN compares false */
    if (is_far(run, v) && !b->flat[(size_t)cell->home * step + (size_t)u]) {
        double s = 0;
        for (int c = 0; c < D; c++)
            s += v->x[1][c] * a[(size_t)c * step];
        double bound = layer->far[u] + layer->slope[u] * largest(v->x[1], D)
            + layer->reach[u] * v->error[1];
        if (fabs(s) > bound && fabs(s) <= DBL_MAX) {
            w->sums.filter++;
            return s > 0 ? 1 : -1;
        }
        if (!((fabs(s) + bound) * INFLATE < threshold))
            return UNDECIDED;
    }
    double s = a[(size_t)D * step];
    for (int c = 0; c < D; c++)
        s += v->x[0][c] * a[(size_t)c * step];
    double bound = layer->constant[u] + layer->slope[u] * largest(v->x[0], D)
        + layer->reach[u] * v->error[0];
    if (fabs(s) > bound && fabs(s) <= DBL_MAX) {
        w->sums.filter++;
        return s > 0 ? 1 : -1;
    }
    if ((fabs(s) + bound) * INFLATE < threshold) {
        w->sums.separation++;
        return 0;
    }
    return UNDECIDED;
}

static void put_sign(Worker *w, Block *b, int vertex, int k, int sign)
{
    uint64_t plus = 1ull << k;
    if (sign == 0)
        w->window.touched |= (uint32_t)plus;
    else
        b->level[0].words[vertex] |= sign > 0 ? plus : plus << WINDOW;
}

static void want(Worker *w, const Block *b, int place_, int count)
{
    const Run *run = w->run;
    DIMENSION(run);
    if (count >= w->wanted_room) {
        int room = grown(w, (int64_t)count + 1, w->wanted_room);
        size_t n = (size_t)room;
        w->wanted_basis = resized(w, w->wanted_basis, n * (size_t)D, sizeof(int32_t));
        w->wanted_neuron = resized(w, w->wanted_neuron, n, sizeof(int32_t));
        w->wanted_place = resized(w, w->wanted_place, n, sizeof(int32_t));
        w->wanted_row = resized(w, w->wanted_row, n * 2 * (size_t)run->words, sizeof(uint64_t));
        w->wanted_sign = resized(w, w->wanted_sign, n, sizeof(int8_t));
        w->wanted_room = room;
    }
    const Cell *cell = &b->level[0].cells[w->pending[place_].vertex];
    for (int i = 0; i < D; i++)
        w->wanted_basis[count * D + i] =
            cell->act[i] < run->sides ? -1 - cell->act[i] : cell->act[i] - run->sides;
    memcpy(w->wanted_row + (size_t)count * 2 * (size_t)run->words,
           row_of_home(w, b, cell->home), 2 * (size_t)run->words * sizeof(uint64_t));
    int u = w->window.unit[w->pending[place_].neuron];
    w->wanted_neuron[count] = run->layer[w->depth].neuron[u];
    w->wanted_place[count] = place_;
}

/* Whether the caller has decided all `count` signs that are wanted. Its answer alone does not show it: where
 * ctypes loses an exception, an answer given before may still stand there. */
static int resolved(const Worker *w, int count)
{
    memset(w->wanted_sign, UNDECIDED, (size_t)count);
    int answer = w->run->resolve(count, w->wanted_basis, w->wanted_row, w->wanted_neuron,
                                 w->wanted_sign);
    return answer == ANSWERED && !memchr(w->wanted_sign, UNDECIDED, (size_t)count);
}

/* Decides the pending signs, by stages 1 and 2 where they can, the others in one batch outside. */
static void decide_pending(Worker *w, Block *b)
{
    int count = 0;
    for (int i = 0; i < w->pendings; i++) {
        Pending one = w->pending[i];
        int sign = settle(w, b, one.vertex, w->window.unit[one.neuron]);
        if (sign == UNDECIDED)
            want(w, b, i, count++);
        else
            put_sign(w, b, one.vertex, one.neuron, sign);
    }
    if (count) {
        if (!resolved(w, count))
            fail(w, CALLER_FAILED);
        for (int i = 0; i < count; i++) {
            Pending one = w->pending[w->wanted_place[i]];
            put_sign(w, b, one.vertex, one.neuron, w->wanted_sign[i]);
        }
        w->sums.exact += (uint64_t)count;
    }
    w->pendings = 0;
}

static void postpone(Worker *w, int vertex, uint32_t open)
{
    for (; open; open &= open - 1) {
        if (w->pendings >= w->pending_room) {
            w->pending_room = grown(w, (int64_t)w->pendings + 1, w->pending_room);
            w->pending = resized(w, w->pending, (size_t)w->pending_room, sizeof(Pending));
        }
        w->pending[w->pendings++] = (Pending){vertex, __builtin_ctz(open)};
    }
}
