/* Regions of a refined block are sorted by row and cut into chunks; each is a block of the next layer.
 *
 * A cell of the block is owned by the first chunk that holds it, if the block itself owns it; parts and
 * sections inherit. Splitting is the same in every chunk that holds a cell, so each cell of the result is
 * owned in exactly one leaf (proofs/blocks.md, Theorem 3). */

static _Thread_local const Block *sorted_block;
static _Thread_local int sorted_level;

/* By home, then by the row: at the first neuron that differs + before 0 before -. */
static int by_row(const void *p, const void *q)
{
    int a = *(const int32_t *)p, c = *(const int32_t *)q;
    const Cell *cells = sorted_block->level[sorted_level].cells;
    if (cells[a].home != cells[c].home)
        return cells[a].home < cells[c].home ? -1 : 1;
    size_t windows = (size_t)sorted_block->windows;
    const uint64_t *x = sorted_block->region_word + windows * (size_t)a;
    const uint64_t *y = sorted_block->region_word + windows * (size_t)c;
    for (size_t i = 0; i < windows; i++) {
        uint64_t z = x[i] ^ y[i];
        if (!z)
            continue;
        int k = __builtin_ctz((uint32_t)(z | z >> WINDOW));
        int s = (int)(x[i] >> k & 1) - (int)(x[i] >> (k + WINDOW) & 1);
        int t = (int)(y[i] >> k & 1) - (int)(y[i] >> (k + WINDOW) & 1);
        return s > t ? -1 : 1;
    }
    return a < c ? -1 : a > c;
}

static void set_owners(Worker *w, Block *b, int regions, int chunk_size)
{
    DIMENSION(w->run);
    for (int j = 0; j <= D; j++) {
        int n = b->level[j].size;
        reserve_ints(w, &b->owner[j], &b->owner_room[j], n);
        for (int c = 0; c < n; c++)
            b->owner[j][c] = INT32_MAX;
    }
    for (int i = 0; i < regions; i++)
        b->owner[D][b->order[i]] = i / chunk_size;
    for (int j = D; j >= 1; j--) {
        const Level *level = &b->level[j];
        int32_t *below = b->owner[j - 1];
        for (int c = 0; c < level->size; c++) {
            const Cell *cell = &level->cells[c];
            int owner = b->owner[j][c];
            if (!cell->alive)
                continue;
            for (int i = 0; i < cell->count; i++) {
                int g = level->facets[cell->first + (uint32_t)i];
                if (below[g] > owner)
                    below[g] = owner;
            }
        }
    }
}

/* The regions of the block in order of their rows, into `order`: how many there are. As homes are so
 * ordered too, all regions of a depth-first run come in order, and those of a breadth-first one. */
static int sort_regions(Worker *w, Block *b)
{
    DIMENSION(w->run);
    const Level *regions = &b->level[D];
    reserve_ints(w, &b->order, &b->order_room, regions->size);
    int count = 0;
    for (int r = 0; r < regions->size; r++)
        if (regions->cells[r].alive)
            b->order[count++] = r;
    sorted_block = b;
    sorted_level = D;
    qsort(b->order, (size_t)count, sizeof *b->order, by_row);
    return count;
}

/* Orders the regions of the block and sets the size of its chunks; how many regions there are. */
static int plan(Worker *w, Block *b, int *chunk_size)
{
    DIMENSION(w->run);
    int count = sort_regions(w, b);
    int64_t size = count;
    if (w->run->target) {
        int64_t alive = 0;
        for (int j = 0; j <= D; j++)
            for (int c = 0; c < b->level[j].size; c++)
                alive += b->level[j].cells[c].alive;
        size = w->run->target * count / alive;
        size = size < 1 ? 1 : size > count ? count : size;
        int64_t chunks = (count + size - 1) / size;
        size = (count + chunks - 1) / chunks;
    }
    *chunk_size = (int)size;
    set_owners(w, b, count, (int)size);
    return count;
}

static void reserve_marks(Worker *w, const Block *b, int depth)
{
    DIMENSION(w->run);
    for (int j = 0; j < D; j++) {
        int at = depth * (D + 1) + j, room = w->mark_room[at];
        if (room >= b->level[j].size)
            continue;
        int more = grown(w, b->level[j].size, room);
        w->mark[at] = resized(w, w->mark[at], (size_t)more, sizeof(Mark));
        memset(w->mark[at] + room, 0, sizeof(Mark) * (size_t)(more - room));
        w->mark_room[at] = more;
    }
}

/* The chunk's regions with all their faces, numbered anew, as block `depth` + 1. */
static HOT void extract(Worker *w, int depth, int first, int last, int chunk)
{
    DIMENSION(w->run);
    const Block *b = &w->block[depth];
    Block *child = &w->block[depth + 1];
    /* Of a chunk that is taken by itself the parts of later layers share their cells as ever. */
    int record = w->run->record, alone = w->run->alone && depth == 0, count = last - first;
    int32_t stamp = ++w->stamp;
    w->alive = 0;
    reserve_marks(w, b, depth);
    for (int j = 0; j <= D; j++)
        child->level[j].size = 0, child->level[j].used = 0;
    reserve_homes(w, child, count);
    reserve_ints(w, &w->source[D], &w->source_room[D], count);
    memcpy(w->source[D], b->order + first, sizeof(int32_t) * (size_t)count);
    for (int j = D; j >= 0; j--) {
        const Level *from = &b->level[j];
        Level *to = &child->level[j], *to_below = j ? &child->level[j - 1] : NULL;
        Mark *mark = j ? w->mark[depth * (D + 1) + j - 1] : NULL;
        int below = 0;
        reserve_cells(w, to, count - to->size);
        if (record) {
            reserve_ints(w, &child->parent_node[j], &child->parent_node_room[j], count);
            child->initial[j] = count;
        }
        if (j == 0)
            reserve_vertices(w, child, count);
        for (int i = 0; i < count; i++) {
            int c = w->source[j][i];
            Cell *cell = &to->cells[i];
            int home = j == D ? i : cell->home;
            *cell = from->cells[c];
            if (j == D)
                child->parent_home[i] = cell->home;
            cell->home = home;
            cell->own = b->owner[j][c] == chunk ? cell->own : 0;
            cell->own |= alone ? HELD : 0;
            w->alive += cell->own == OWN;
            if (record) {
                child->parent_node[j][i] = b->node[j][c];
                to->root[i] = (Root){j, i};
            }
            if (j == 0)
                continue;
            int facets = cell->count;
            const int32_t *old = from->facets + cell->first;
            reserve_facets(w, to, facets);
            reserve_ints(w, &w->source[j - 1], &w->source_room[j - 1], (int64_t)below + facets);
            reserve_cells(w, to_below, below + facets);
            cell->first = to->used;
            for (int a = 0; a < facets; a++) {
                int g = old[a];
                if (mark[g].stamp != stamp) {
                    mark[g] = (Mark){stamp, below};
                    to_below->cells[below].home = home;
                    w->source[j - 1][below++] = g;
                }
                to->facets[to->used++] = mark[g].local;
            }
        }
        to->size = count;
        if (j)
            count = below;
    }
    for (int i = 0; i < count; i++)
        child->vertex[i] = b->vertex[w->source[0][i]];
    for (int i = first; i < last; i++)
        region_row(w, depth, b->order[i], row_of_home(w, child, i - first));
    if (record)
        for (int i = 0; i < count; i++) {
            size_t words = (size_t)w->run->words, c = (size_t)w->source[0][i];
            uint64_t *row = child->vertex_row + 2 * words * (size_t)i;
            memcpy(row, b->vertex_row + 2 * words * c, 2 * words * sizeof *row);
            or_words(row, b, &w->run->layer[depth], words,
                     b->vertex_word + (size_t)b->windows * c);
        }
}
