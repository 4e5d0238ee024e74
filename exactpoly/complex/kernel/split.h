/* One neuron splits the cells of a block: proofs/complex.md, Theorem 6, as in lattice.py. */

/* The cells whose words have both bits, into `cut`; few have, so many are looked at together. */
static HOT int find_cut(const uint64_t *restrict words, int n, uint64_t both, int32_t *restrict cut)
{
    enum { TOGETHER = 16 };
    int count = 0, c = 0;
    for (; c + TOGETHER <= n; c += TOGETHER) {
        uint64_t missing = ~0ull;
        for (int i = 0; i < TOGETHER; i++)
            missing &= (words[c + i] & both) == both ? 0 : ~0ull;
        if (missing)
            continue;
        for (int i = c; i < c + TOGETHER; i++) {
            cut[count] = i;
            count += (words[i] & both) == both;
        }
    }
    for (; c < n; c++) {
        cut[count] = c;
        count += (words[c] & both) == both;
    }
    return count;
}

static void list_cut(Worker *w, Block *b, int D, uint64_t both, int on_zero)
{
    for (int j = 1; j <= D; j++) {
        Level *level = &b->level[j];
        reserve_ints(w, &level->cut, &level->cut_room, (int64_t)level->size + 1);
        int count = find_cut(level->words, level->size, both, level->cut);
        level->ncut = count;
        if (count == 0 && !on_zero) { /* without zeros a cut cell has a cut edge */
            for (int i = j + 1; i <= D; i++)
                b->level[i].ncut = 0;
            return;
        }
    }
}

/* The neuron vanishes on a cell iff it does at all its vertices. */
static void count_zeros(Block *b, int D, uint64_t both)
{
    for (int j = 0; j <= D; j++) {
        Level *level = &b->level[j];
        for (int c = 0; c < level->size; c++)
            level->cells[c].excess = (uint16_t)(level->cells[c].excess
                                                + ((level->words[c] & both) == 0));
    }
}

/* Cells off the boundary that the neuron adds: one for a cut cell, and its section. */
static void count_growth(Worker *w, const Block *b, int D, int neuron)
{
    const int sides = w->run->sides;
    uint64_t *growth = w->growth + (size_t)neuron * (size_t)(D + 1);
    for (int j = 1; j <= D; j++) {
        const Level *level = &b->level[j];
        uint64_t count = 0, own = 0;
        for (int i = 0; i < level->ncut; i++) {
            const Cell *cell = &level->cells[level->cut[i]];
            int mine = cell->own == OWN;
            own += (uint64_t)mine;
            count += mine & (j == D || cell->act[0] >= sides);
        }
        growth[j] += count;
        growth[j - 1] += count;
        w->alive += 2 * (int64_t)own;
    }
}

/* Rows of a new vertex on an edge: entry by entry the nonzero one of its ends' (Corollary F3). */
static void inherit_rows(Worker *w, Block *b, int vertex, int u, int z)
{
    size_t length = 2 * (size_t)w->run->words;
    uint64_t *row = b->vertex_row + length * (size_t)vertex;
    const uint64_t *p = b->vertex_row + length * (size_t)u, *q = b->vertex_row + length * (size_t)z;
    for (size_t i = 0; i < length; i++)
        row[i] = p[i] | q[i];
    size_t windows = (size_t)b->windows;
    reserve_words(w, &b->vertex_word, &b->vertex_word_room, windows * ((size_t)vertex + 1));
    for (size_t i = 0; i < (size_t)w->window.index; i++)
        b->vertex_word[windows * (size_t)vertex + i] =
            b->vertex_word[windows * (size_t)u + i] | b->vertex_word[windows * (size_t)z + i];
}

static HOT void new_vertices(Worker *w, Block *b, int k, int neuron)
{
    DIMENSION(w->run);
    const Window *win = &w->window;
    Level *edges = &b->level[1], *vertices = &b->level[0];
    const uint64_t plus = 1ull << k, before = (plus - 1) | (plus - 1) << WINDOW;
    const uint16_t constraint = (uint16_t)(w->run->sides + neuron);
    int count = edges->ncut;
    reserve_cells(w, vertices, count);
    reserve_vertices(w, b, vertices->size + count);
    for (int i = 0; i < count; i++) {
        int c = edges->cut[i];
        const Cell *edge = &edges->cells[c];
        int u = edges->facets[edge->first], z = edges->facets[edge->first + 1];
        int vertex = vertices->size++;
        Cell *cell = &vertices->cells[vertex];
        Vertex *v = &b->vertex[vertex];
        uint32_t open;
        *cell = *edge;
        cell->first = 0;
        cell->count = 0;
        cell->act[D - 1] = constraint;
        if (w->run->record == KEEP_CELLS /* positions are wanted well */
            || !interpolate(w, win, k, &b->vertex[u], &b->vertex[z], edge->home, v))
            place(w, cell->act, cell->home, v);
        uint64_t word = evaluate(w, win, v, edge->home, k + 1, &open);
        vertices->words[vertex] = word | (edges->words[c] & before);
        if (open)
            postpone(w, vertex, open);
        if (w->run->record) {
            inherit_rows(w, b, vertex, u, z);
            vertices->root[vertex] = edges->root[c];
        }
    }
    w->sums.filter += (uint64_t)count * (uint64_t)(win->size - k - 1) - (uint64_t)w->pendings;
    if (w->pendings)
        decide_pending(w, b);
}

static void copy_region_words(Worker *w, Block *b, int region, int part)
{
    size_t n = (size_t)b->windows;
    reserve_words(w, &b->region_word, &b->region_word_room, n * ((size_t)part + 2));
    const uint64_t *old = b->region_word + n * (size_t)region;
    memcpy(b->region_word + n * (size_t)part, old, n * sizeof *old);
    memcpy(b->region_word + n * ((size_t)part + 1), old, n * sizeof *old);
}

/* The two parts of cut cell `c`, without facets, and where they and the section are. */
static Cell *add_parts(Worker *w, Block *b, int j, int D, int c, int section)
{
    Level *level = &b->level[j];
    int part = level->size;
    level->size += 2;
    level->cells[part] = level->cells[part + 1] = level->cells[c];
    level->halves[c] = (Halves){part, section};
    level->cells[c].alive = 0;
    if (w->run->record)
        level->root[part] = level->root[part + 1] = level->root[c];
    if (j == D && w->window.index)
        copy_region_words(w, b, c, part);
    return &level->cells[part];
}

static void split_edges(Worker *w, Block *b, int D, uint64_t plus)
{
    Level *edges = &b->level[1];
    const uint64_t *words = b->level[0].words;
    int count = edges->ncut, first = b->level[0].size - count;
    reserve_cells(w, edges, 2 * count);
    reserve_facets(w, edges, 4 * (int64_t)count);
    for (int i = 0; i < count; i++) {
        int c = edges->cut[i], vertex = first + i;
        int u = edges->facets[edges->cells[c].first], z = edges->facets[edges->cells[c].first + 1];
        if (!(words[u] & plus)) {
            int other = u;
            u = z;
            z = other;
        }
        Cell *part = add_parts(w, b, 1, D, c, vertex);
        part[0].first = edges->used;
        part[1].first = edges->used + 2;
        int32_t *facets = edges->facets + edges->used;
        facets[0] = u;
        facets[2] = z;
        facets[1] = facets[3] = vertex;
        edges->used += 4;
        edges->words[edges->size - 2] = words[u] | words[vertex];
        edges->words[edges->size - 1] = words[z] | words[vertex];
    }
}

/* Old faces of codimension 2 on which the neuron vanishes, through positive facets: how many, and the
 * union of their words. They are facets of the section. */
static int old_faces(Worker *w, Block *b, int j, const Cell *cell, uint64_t plus, uint64_t both,
                     uint64_t *word)
{
    const Level *level = &b->level[j];
    Level *below = &b->level[j - 1];
    const Level *faces = &b->level[j - 2];
    int found = 0;
    for (int q = 0; q < cell->count; q++) {
        int g = level->facets[cell->first + (uint32_t)q];
        if ((below->words[g] & both) != plus)
            continue;
        const Cell *facet = &below->cells[g];
        for (int i = 0; i < facet->count; i++) {
            int face = below->facets[facet->first + (uint32_t)i];
            if (faces->words[face] & both)
                continue;
            reserve_facets(w, below, 1);
            below->facets[below->used++] = face;
            *word |= faces->words[face];
            found++;
        }
    }
    return found;
}

static HOT void split_cells(Worker *w, Block *b, int j, uint64_t plus, uint64_t both, int neuron,
                            int on_zero)
{
    DIMENSION(w->run);
    Level *level = &b->level[j], *below = &b->level[j - 1];
    const Level *faces = &b->level[j - 2];
    const uint16_t constraint = (uint16_t)(w->run->sides + neuron);
    int cuts = level->ncut;
    reserve_cells(w, level, 2 * cuts);
    reserve_cells(w, below, cuts);
    for (int i = 0; i < cuts; i++) {
        int c = level->cut[i], count = level->cells[c].count, section = below->size++;
        reserve_facets(w, level, 2 * (int64_t)count + 2);
        reserve_facets(w, below, count);
        Cell *part = add_parts(w, b, j, D, c, section);
        const int32_t *restrict facets = level->facets + level->cells[c].first;
        int32_t *restrict up = level->facets + level->used, *restrict down = up + count + 1;
        int32_t *restrict across = below->facets + below->used;
        const uint64_t *words = below->words, *face_words = faces->words;
        const Halves *halves = below->halves;
        int ups = 0, downs = 0, sections = 0;
        uint64_t up_word = 0, down_word = 0, section_word = 0;
        for (int q = 0; q < count; q++) {
            int g = facets[q];
            uint64_t word = words[g];
            if ((word & both) == both) {
                Halves h = halves[g];
                up[ups++] = h.part;
                down[downs++] = h.part + 1;
                across[sections++] = h.section;
                up_word |= words[h.part];
                down_word |= words[h.part + 1];
                section_word |= face_words[h.section];
            } else {
                int is_up = (word & plus) != 0;
                up[ups] = g;
                down[downs] = g;
                ups += is_up;
                downs += !is_up;
                up_word |= word & (is_up ? ~0ull : 0);
                down_word |= word & (is_up ? 0 : ~0ull);
            }
        }
        Cell *new = &below->cells[section];
        *new = level->cells[c];
        new->alive = 1;
        new->first = below->used;
        new->act[D - j] = constraint;
        below->used += (uint32_t)sections;
        if (on_zero)
            sections += old_faces(w, b, j, &level->cells[c], plus, both, &section_word);
        new->count = (uint16_t)sections;
        if (sections < j || (j == 2 && sections != 2))
            fail(w, INCONSISTENT);
        up[ups++] = down[downs++] = section;
        memmove(up + ups, down, (size_t)downs * sizeof *up);
        part[0].first = level->used;
        part[0].count = (uint16_t)ups;
        part[1].first = level->used + (uint32_t)ups;
        part[1].count = (uint16_t)downs;
        level->used += (uint32_t)(ups + downs);
        below->words[section] = section_word;
        level->words[level->size - 2] = up_word | section_word;
        level->words[level->size - 1] = down_word | section_word;
        if (w->run->record)
            below->root[section] = level->root[c];
    }
}

/* Refines the block by the window's neuron k. */
static void split(Worker *w, Block *b, int k)
{
    DIMENSION(w->run);
    const uint64_t plus = 1ull << k, both = plus | plus << WINDOW;
    int neuron = w->run->layer[w->depth].neuron[w->window.unit[k]];
    int on_zero = w->window.touched >> k & 1;
    if (on_zero)
        count_zeros(b, D, both);
    list_cut(w, b, D, both, on_zero);
    if (!b->level[D].ncut) /* cells above a cut one are cut */
        return;
    count_growth(w, b, D, neuron);
    new_vertices(w, b, k, neuron);
    split_edges(w, b, D, plus);
    for (int j = 2; j <= D; j++)
        split_cells(w, b, j, plus, both, neuron, on_zero);
    for (int j = 1; j <= D; j++) { /* a dead cell is not cut again */
        Level *level = &b->level[j];
        for (int i = 0; i < level->ncut; i++)
            level->words[level->cut[i]] = 0;
    }
}
