/* What a certificate lists of all leaves: the rows of their vertices, and the vertices of each region.
 *
 * Vertices are numbered as where all cells are kept (record.h); of the other cells only those that a
 * later layer refines need numbers. */

static void reserve_lists(Worker *w, int64_t vertices, int64_t regions, int64_t entries)
{
    Lists *lists = &w->lists;
    size_t row = 2 * (size_t)w->run->words;
    if (vertices > w->listed_vertex_room) {
        w->listed_vertex_room = vertices + vertices / 2;
        size_t room = (size_t)w->listed_vertex_room;
        lists->rows = resized(w, lists->rows, room * row, sizeof *lists->rows);
        lists->masks = resized(w, lists->masks, room, sizeof *lists->masks);
    }
    if (regions >= w->listed_region_room) { /* a list's end is the start of the next */
        w->listed_region_room = regions + regions / 2 + 1;
        lists->start =
            resized(w, lists->start, (size_t)w->listed_region_room, sizeof *lists->start);
    }
    if (entries > w->listed_entry_room) {
        w->listed_entry_room = entries + entries / 2;
        lists->entries =
            resized(w, lists->entries, (size_t)w->listed_entry_room, sizeof *lists->entries);
    }
}

static void list_vertices(Worker *w, int l)
{
    const Run *run = w->run;
    DIMENSION(run);
    const Block *b = &w->block[l];
    const Level *level = &b->level[0];
    size_t words = (size_t)run->words, windows = (size_t)b->windows;
    for (int c = 0; c < level->size; c++) {
        const Cell *cell = &level->cells[c];
        if (!cell->own)
            continue;
        size_t at = (size_t)b->node[0][c];
        uint32_t sides = 0;
        for (int a = 0; a < D && cell->act[a] < run->sides; a++) /* sides come first */
            sides |= 1u << cell->act[a];
        w->lists.masks[at] = sides;
        uint64_t *row = w->lists.rows + 2 * words * at;
        memcpy(row, b->vertex_row + 2 * words * (size_t)c, 2 * words * sizeof *row);
        or_words(row, b, &run->layer[l], words, b->vertex_word + windows * (size_t)c);
    }
}

/* Room for a list more of up to `entries`. */
static void reserve_corners(Worker *w, Corners *to, int64_t entries)
{
    if (to->used + entries > to->room) {
        to->room = to->used + entries + to->used / 2;
        to->entries = resized(w, to->entries, (size_t)to->room, sizeof *to->entries);
    }
}

/* The vertices of a cell of dimension j, local numbers, from those of its facets: to where there is room.
 * Each vertex lies in j facets at least, so j - 1 of them need not be looked at. */
INLINE int64_t join_facets(const Level *level, int c, int j, const Corners *below, int32_t *seen,
                           int32_t stamp, int32_t *to)
{
    const Cell *cell = &level->cells[c];
    const int32_t *facets = level->facets + cell->first;
    int64_t found = 0;
    for (int a = j - 1; a < cell->count; a++) {
        const int32_t *v = below->entries + below->start[facets[a]];
        for (int32_t left = below->count[facets[a]]; left; left--, v++) {
            to[found] = *v;
            found += seen[*v] != stamp;
            seen[*v] = stamp;
        }
    }
    return found;
}

/* The vertices of all cells of dimension j. */
static HOT void list_corners(Worker *w, const Block *b, int j)
{
    const Level *level = &b->level[j];
    const Corners *below = &w->corners[(j - 1) & 1];
    Corners *to = &w->corners[j & 1];
    int64_t most = 0;
    to->used = 0;
    reserve_ints(w, &to->start, &to->start_room, level->size);
    reserve_ints(w, &to->count, &to->count_room, level->size);
    for (int c = 0; c < level->size; c++) {
        const Cell *cell = &level->cells[c];
        to->start[c] = (int32_t)to->used;
        to->count[c] = 0;
        if (!cell->alive)
            continue;
        if (j == 1) {
            reserve_corners(w, to, 2);
            memcpy(to->entries + to->used, level->facets + cell->first, 2 * sizeof *to->entries);
            to->count[c] = 2;
        } else {
            most = 0;
            for (int a = j - 1; a < cell->count; a++)
                most += below->count[level->facets[cell->first + (uint32_t)a]];
            reserve_corners(w, to, most + 1);
            to->count[c] = (int32_t)join_facets(level, c, j, below, w->seen, ++w->seen_stamp,
                                                to->entries + to->used);
        }
        to->used += to->count[c];
        if (to->used > INT32_MAX)
            fail(w, TOO_LARGE);
    }
}

/* Appends the leaf's own vertices, by their numbers, and its regions. */
static void keep_lists(Worker *w, int l)
{
    DIMENSION(w->run);
    const Block *b = &w->block[l];
    const Level *regions = &b->level[D];
    const Corners *corners = &w->corners[D & 1];
    Lists *lists = &w->lists;
    reserve_ints(w, &w->seen, &w->seen_room, b->level[0].size);
    memset(w->seen, 0, sizeof *w->seen * (size_t)b->level[0].size);
    w->seen_stamp = 0;
    for (int j = 1; j <= D; j++)
        list_corners(w, b, j);
    lists->vertices = w->numbers[l * (D + 1)];
    reserve_lists(w, lists->vertices, lists->regions + regions->size, lists->used + corners->used);
    list_vertices(w, l);
    for (int c = 0; c < regions->size; c++) {
        if (!regions->cells[c].alive)
            continue;
        lists->start[lists->regions++] = lists->used;
        for (int i = 0; i < corners->count[c]; i++)
            lists->entries[lists->used++] = b->node[0][corners->entries[corners->start[c] + i]];
    }
    lists->start[lists->regions] = lists->used;
}

static Lists *read_lists(Worker *w) { return &w->lists; }
