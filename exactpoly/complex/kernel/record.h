/* Cells of all leaves as one complex: numbered by their owners, others looked up through the parent.
 *
 * A *node* is a cell of some layer's complex. The cells that a layer makes of one node come in the same
 * order in every chunk that holds it (proofs/blocks.md, Theorem 4), so the owner's first number for each
 * dimension (`Tree`) and a cell's rank among them give its number in any chunk, without a search. */

static void reserve_tree(Worker *w, int depth, int j, int64_t nodes)
{
    DIMENSION(w->run);
    Tree *tree = &w->tree[depth * (D + 1) + j];
    if (nodes <= tree->room)
        return;
    tree->room = nodes + nodes / 2 + 64;
    tree->base = resized(w, tree->base, (size_t)tree->room * (size_t)(j + 1), sizeof(int32_t));
}

/* Numbers the cells of refined block `l`, where only lists are kept of the last only vertices; regions,
 * which no other block has, in order of their rows. */
static void number_cells(Worker *w, int l)
{
    DIMENSION(w->run);
    Block *b = &w->block[l];
    int last = l == w->run->layers - 1 || w->halted;
    int top = w->run->record == KEEP_LISTS && last ? 0 : D;
    int64_t *numbers = w->numbers + l * (D + 1);
    int32_t first_region = (int32_t)numbers[D];
    size_t roots[MAXD + 2], offset = 0;
    for (int J = 0; J <= D; J++) { /* ranks: (roots of dimension J, J + 1) */
        roots[J] = offset;
        offset += (size_t)b->initial[J] * (size_t)(J + 1);
    }
    if (offset > w->rank_room) {
        w->rank_room = offset + offset / 2;
        w->ranks = resized(w, w->ranks, w->rank_room, sizeof *w->ranks);
    }
    memset(w->ranks, 0, offset * sizeof *w->ranks);
    for (int j = 0; j <= top; j++) {
        const Level *level = &b->level[j];
        reserve_ints(w, &b->node[j], &b->node_room[j], level->size);
        for (int c = 0; c < level->size; c++)
            if (level->cells[c].alive) {
                Root root = level->root[c];
                size_t at = roots[root.level] + (size_t)root.index * (size_t)(root.level + 1);
                b->node[j][c] = w->ranks[at + (size_t)j]++;
            }
    }
    for (int J = 0; J <= D; J++)
        for (int i = 0; i < b->initial[J]; i++) {
            int32_t *rank = w->ranks + roots[J] + (size_t)i * (size_t)(J + 1);
            int32_t *base = NULL;
            if (l) {
                int node = b->parent_node[J][i];
                reserve_tree(w, l - 1, J, w->numbers[(l - 1) * (D + 1) + J]);
                base = w->tree[(l - 1) * (D + 1) + J].base + (size_t)node * (size_t)(J + 1);
            }
            for (int j = 0; j <= J && j <= top; j++) {
                if (!l || b->level[J].cells[i].own) { /* a dead initial cell keeps its owner */
                    int count = rank[j];
                    if (numbers[j] + count > INT32_MAX)
                        fail(w, TOO_LARGE);
                    rank[j] = (int32_t)numbers[j];
                    numbers[j] += count;
                    if (base)
                        base[j] = rank[j];
                } else
                    rank[j] = base[j];
            }
        }
    for (int j = 0; j <= top; j++) {
        const Level *level = &b->level[j];
        for (int c = 0; c < level->size; c++)
            if (level->cells[c].alive) {
                Root root = level->root[c];
                size_t at = roots[root.level] + (size_t)root.index * (size_t)(root.level + 1);
                b->node[j][c] += w->ranks[at + (size_t)j];
            }
    }
    if (top < D)
        return;
    int regions = sort_regions(w, b);
    for (int i = 0; i < regions; i++)
        b->node[D][b->order[i]] = first_region + i;
}

static void reserve_kept(Worker *w, int j, int64_t cells, int64_t facets)
{
    Kept *kept = &w->kept[j];
    if (kept->size + cells > kept->room) {
        kept->room = kept->size + cells + kept->room / 2;
        size_t room = (size_t)kept->room;
        kept->start = resized(w, kept->start, room, sizeof *kept->start);
        kept->sides = resized(w, kept->sides, room, sizeof *kept->sides);
        kept->zeros = resized(w, kept->zeros, room, sizeof *kept->zeros);
    }
    if (kept->used + facets > kept->facet_room) {
        kept->facet_room = kept->used + facets + kept->facet_room / 2;
        kept->facets = resized(w, kept->facets, (size_t)kept->facet_room, sizeof *kept->facets);
    }
}

static void reserve_kept_rows(Worker *w)
{
    const Run *run = w->run;
    DIMENSION(run);
    size_t row = 2 * (size_t)run->words, d = (size_t)D, parts = (size_t)run->parts;
    if (w->kept[0].room > w->kept_vertex_room) {
        size_t room = (size_t)(w->kept_vertex_room = w->kept[0].room);
        w->kept_basis = resized(w, w->kept_basis, room * d, sizeof(int32_t));
        w->kept_position = resized(w, w->kept_position, room * d * parts, sizeof(double));
        w->kept_error = resized(w, w->kept_error, room * parts, sizeof(double));
        w->kept_vertex_row = resized(w, w->kept_vertex_row, room * row, sizeof(uint64_t));
    }
    if (w->kept[D].room > w->kept_region_room) {
        w->kept_region_room = w->kept[D].room;
        w->kept_region_row = resized(w, w->kept_region_row, (size_t)w->kept_region_room * row,
                                     sizeof(uint64_t));
    }
}

static void keep_vertex(Worker *w, const Block *b, int l, int c, int64_t at)
{
    const Run *run = w->run;
    DIMENSION(run);
    const Cell *cell = &b->level[0].cells[c];
    size_t words = (size_t)run->words, place_ = (size_t)at;
    for (int i = 0; i < D; i++)
        w->kept_basis[place_ * (size_t)D + (size_t)i] =
            cell->act[i] < run->sides ? -1 - cell->act[i] : cell->act[i] - run->sides;
    for (int p = 0; p < run->parts; p++) {
        size_t to = place_ * (size_t)run->parts + (size_t)p;
        memcpy(w->kept_position + to * (size_t)D, b->vertex[c].x[p], sizeof(double) * (size_t)D);
        w->kept_error[to] = b->vertex[c].error[p];
    }
    uint64_t *row = w->kept_vertex_row + 2 * words * place_;
    memcpy(row, b->vertex_row + 2 * words * (size_t)c, 2 * words * sizeof *row);
    or_words(row, b, &run->layer[l], words, b->vertex_word + (size_t)b->windows * (size_t)c);
}

/* Appends the leaf's own cells in order of their numbers, which follow those that are kept. */
static void keep_cells(Worker *w, int l)
{
    DIMENSION(w->run);
    const Block *b = &w->block[l];
    size_t words = (size_t)w->run->words;
    for (int j = 0; j <= D; j++) {
        const Level *level = &b->level[j];
        Kept *kept = &w->kept[j];
        int64_t first = kept->size, count = w->numbers[l * (D + 1) + j] - first, facets = 0;
        reserve_ints(w, &w->source[j], &w->source_room[j], count);
        for (int c = 0; c < level->size; c++)
            if (level->cells[c].alive && level->cells[c].own) {
                w->source[j][b->node[j][c] - first] = c;
                facets += level->cells[c].count;
            }
        reserve_kept(w, j, count, facets);
        reserve_kept_rows(w);
        for (int64_t i = 0; i < count; i++) {
            int c = w->source[j][i];
            const Cell *cell = &level->cells[c];
            uint32_t sides = 0;
            int neurons = cell->excess;
            for (int a = 0; a < D - j; a++)
                if (cell->act[a] < w->run->sides)
                    sides |= 1u << cell->act[a];
                else
                    neurons++;
            kept->start[kept->size] = kept->used;
            kept->sides[kept->size] = sides;
            kept->zeros[kept->size] = (uint16_t)neurons;
            for (int a = 0; a < cell->count; a++)
                kept->facets[kept->used++] =
                    b->node[j - 1][level->facets[cell->first + (uint32_t)a]];
            if (j == 0)
                keep_vertex(w, b, l, c, kept->size);
            if (j == D)
                region_row(w, l, c, w->kept_region_row + 2 * words * (size_t)kept->size);
            kept->size++;
        }
    }
}

static void write_signs(const uint64_t *row, size_t words, int neurons, int8_t *signs)
{
    for (int n = 0; n < neurons; n++)
        signs[n] = (int8_t)((int)(row[n >> 6] >> (n & 63) & 1)
                            - (int)(row[words + (size_t)(n >> 6)] >> (n & 63) & 1));
}

static void read_sizes(const Worker *w, int64_t *cells, int64_t *facets)
{
    DIMENSION(w->run);
    for (int j = 0; j <= D; j++) {
        cells[j] = w->kept[j].size;
        facets[j] = w->kept[j].used;
    }
}

static void read_level(const Worker *w, int k, int32_t *facets, int64_t *start, uint32_t *sides,
                       uint16_t *zeros)
{
    const Kept *kept = &w->kept[k];
    size_t n = (size_t)kept->size;
    if (kept->used)
        memcpy(facets, kept->facets, (size_t)kept->used * sizeof *facets);
    memcpy(start, kept->start, n * sizeof *start);
    memcpy(sides, kept->sides, n * sizeof *sides);
    memcpy(zeros, kept->zeros, n * sizeof *zeros);
}

/* `basis` (d, n), `position` (parts, d, n), `error` (parts, n), `signs` (n, neurons). */
static void read_vertices(const Worker *w, int32_t *basis, double *position, double *error,
                          int8_t *signs)
{
    const Run *run = w->run;
    DIMENSION(run);
    size_t n = (size_t)w->kept[0].size, d = (size_t)D, parts = (size_t)run->parts;
    for (size_t i = 0; i < n; i++) {
        for (size_t a = 0; a < d; a++)
            basis[a * n + i] = w->kept_basis[i * d + a];
        for (size_t p = 0; p < parts; p++) {
            for (size_t a = 0; a < d; a++)
                position[(p * d + a) * n + i] = w->kept_position[(i * parts + p) * d + a];
            error[p * n + i] = w->kept_error[i * parts + p];
        }
        write_signs(w->kept_vertex_row + 2 * (size_t)run->words * i, (size_t)run->words,
                    run->neurons, signs + i * (size_t)run->neurons);
    }
}

static void read_regions(const Worker *w, int8_t *signs)
{
    const Run *run = w->run;
    DIMENSION(run);
    for (size_t i = 0; i < (size_t)w->kept[D].size; i++)
        write_signs(w->kept_region_row + 2 * (size_t)run->words * i, (size_t)run->words,
                    run->neurons, signs + i * (size_t)run->neurons);
}
