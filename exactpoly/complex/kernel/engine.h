/* The engine for one dimension: DIM if defined, else that of the run. ENGINE names its table. */
#include "kernel.h"

#include "storage.h"

#include "signs.h"

#include "split.h"

#include "refine.h"

#include "chunks.h"

#include "record.h"

#include "lists.h"

static void add_bar(Worker *w, int count, int with_boundary)
{
    int most = count > with_boundary ? count : with_boundary;
    if (most >= w->bar_room) {
        int room = grown(w, (int64_t)most + 1, w->bar_room);
        size_t old = (size_t)w->bar_room, more = (size_t)room;
        w->bars = resized(w, w->bars, more, sizeof *w->bars);
        w->bars_with_boundary = resized(w, w->bars_with_boundary, more, sizeof *w->bars);
        memset(w->bars + old, 0, (more - old) * sizeof *w->bars);
        memset(w->bars_with_boundary + old, 0, (more - old) * sizeof *w->bars);
        w->bar_room = room;
    }
    w->bars[count]++;
    w->bars_with_boundary[with_boundary]++;
}

/* Adds a leaf's own cells to the sums. On R^d those on the box at infinity are left out. */
static HOT void count_leaf(Worker *w, int l)
{
    const Run *run = w->run;
    DIMENSION(run);
    Block *b = &w->block[l];
    const int sides = run->sides;
    uint64_t size = 0, cells = 0, regions = 0, bad = 0;
    for (int j = 0; j <= D; j++) {
        const Level *level = &b->level[j];
        size += (uint64_t)level->size;
        for (int c = 0; c < level->size; c++) {
            const Cell *cell = &level->cells[c];
            int inner = 0, shown = run->parts == 1;
            if (!cell->alive || cell->own != OWN)
                continue;
            cells++;
            if (!shown && j < D && cell->act[0] < sides) /* sides come first */
                continue;
            w->sums.f[j]++;
            w->sums.not_simple[j] += cell->excess != 0;
            bad += cell->excess != 0;
            for (int i = 0; (j == D || (j && !shown)) && i < cell->count; i++) {
                int g = level->facets[cell->first + (uint32_t)i];
                inner += b->level[j - 1].cells[g].act[0] >= sides;
            }
            w->sums.incidences[j] += (uint64_t)(shown ? cell->count : inner);
            if (j == D)
                add_bar(w, inner, shown ? cell->count : inner);
            regions += j == D;
        }
    }
    if (size > w->sums.largest_block)
        w->sums.largest_block = size;
    if (bad && w->sums.not_simple_chunk < 0)
        w->sums.not_simple_chunk = w->chunk;
    if (run->chunk_regions)
        w->run->chunk_regions[w->chunk] += (int64_t)regions;
    atomic_fetch_add(&w->run->finished, (long long)regions);
    atomic_fetch_add(&w->run->cells, (long long)cells);
}

static void descend(Worker *w, int l);

static void take_chunk(Worker *w, int l, int chunk, int chunk_size, int regions)
{
    int first = chunk * chunk_size, last = first + chunk_size;
    extract(w, l, first, last < regions ? last : regions, chunk);
    descend(w, l + 1);
}

static void refine_and_number(Worker *w, int l)
{
    refine(w, l);
    if (w->run->record)
        number_cells(w, l);
}

static void finish_leaf(Worker *w, int l)
{
    count_leaf(w, l);
    if (w->run->record == KEEP_LISTS)
        keep_lists(w, l);
    else if (w->run->record)
        keep_cells(w, l);
}

static void descend(Worker *w, int l)
{
    int chunk_size, regions;
    refine_and_number(w, l);
    if (l == w->run->layers - 1 || w->halted) {
        finish_leaf(w, l);
        return;
    }
    regions = plan(w, &w->block[l], &chunk_size);
    for (int chunk = 0; chunk * (int64_t)chunk_size < regions; chunk++)
        take_chunk(w, l, chunk, chunk_size, regions);
}

/* One more face of the domain; its constraints `act` are set. */
static void finish_face(Worker *w, Block *b, int j, int c)
{
    const Run *run = w->run;
    Cell *cell = &b->level[j].cells[c];
    cell->alive = 1;
    cell->own = OWN;
    if (run->record)
        b->level[j].root[c] = (Root){j, c};
    if (j == 0) {
        Vertex *v = &b->vertex[c];
        memset(v, 0, sizeof *v);
        place(w, cell->act, 0, v);
        if (run->record)
            memset(b->vertex_row + 2 * (size_t)run->words * (size_t)c, 0,
                   2 * (size_t)run->words * sizeof(uint64_t));
    }
}

static void start_homes(Worker *w, Block *b)
{
    reserve_homes(w, b, 1);
    memset(b->row, 0, 2 * (size_t)w->run->words * sizeof(uint64_t));
    b->parent_home[0] = 0;
}

/* The faces of the domain as they were given. */
static void make_polytope(Worker *w, Block *b)
{
    const Run *run = w->run;
    DIMENSION(run);
    const int32_t *facets = run->face_facets, *facet = run->face_facet, *side = run->face_sides,
                  *excess = run->face_excess;
    for (int j = 0; j <= D; j++) {
        Level *level = &b->level[j];
        int count = run->face_count[j];
        int64_t total = 0;
        for (int c = 0; c < count; c++)
            total += facets[c];
        b->initial[j] = count;
        reserve_cells(w, level, count);
        reserve_facets(w, level, total);
        if (j == 0)
            reserve_vertices(w, b, count);
        for (int c = 0; c < count; c++) {
            Cell *cell = &level->cells[level->size++];
            memset(cell, 0, sizeof *cell);
            cell->first = level->used;
            cell->count = (uint16_t)*facets++;
            cell->excess = (uint16_t)*excess++;
            for (int i = 0; i < cell->count; i++)
                level->facets[level->used++] = *facet++;
            for (int i = 0; i < D - j; i++)
                cell->act[i] = (uint16_t)*side++;
            finish_face(w, b, j, c);
        }
        w->alive += count;
    }
    start_homes(w, b);
}

/* The faces of the box: one for each word over {lower, upper, free}. */
static void make_cube(Worker *w, Block *b)
{
    const Run *run = w->run;
    DIMENSION(run);
    int words = 1;
    for (int i = 0; i < D; i++)
        words *= 3;
    int counts[MAXD + 1] = {0};
    reserve_ints(w, &w->source[0], &w->source_room[0], words);
    int32_t *index = w->source[0];
    for (int word = 0; word < words; word++) {
        int left = word, open = 0;
        for (int i = 0; i < D; i++, left /= 3)
            open += left % 3 == 2;
        index[word] = counts[open]++;
    }
    for (int j = 0; j <= D; j++) {
        b->initial[j] = counts[j];
        reserve_cells(w, &b->level[j], counts[j]);
        reserve_facets(w, &b->level[j], 2 * (int64_t)j * counts[j]);
    }
    reserve_vertices(w, b, counts[0]);
    for (int word = 0; word < words; word++) {
        int digit[MAXD], left = word, open = 0, acts = 0, power = 1;
        for (int i = 0; i < D; i++, left /= 3) {
            digit[i] = left % 3;
            open += digit[i] == 2;
        }
        Level *level = &b->level[open];
        int c = level->size++;
        Cell *cell = &level->cells[c];
        memset(cell, 0, sizeof *cell);
        cell->first = level->used;
        cell->count = (uint16_t)(2 * open);
        for (int i = 0; i < D; i++, power *= 3) {
            if (digit[i] == 2) {
                level->facets[level->used++] = index[word - 2 * power];
                level->facets[level->used++] = index[word - power];
            } else
                cell->act[acts++] = (uint16_t)(2 * i + digit[i]);
        }
        finish_face(w, b, open, c);
    }
    start_homes(w, b);
    w->alive = words;
}

static void close_worker(Worker *w)
{
    const Run *run = w->run;
    DIMENSION(run);
    if (w->block)
        for (int l = w->borrowed; l < run->layers; l++)
            free_block(&w->block[l], D);
    if (w->mark)
        for (int i = 0; i < run->layers * (D + 1); i++)
            free(w->mark[i]);
    if (w->tree)
        for (int i = 0; i < run->layers * (D + 1); i++)
            free(w->tree[i].base);
    for (int j = 0; j <= D; j++) {
        free(w->source[j]);
        free(w->kept[j].facets);
        free(w->kept[j].start);
        free(w->kept[j].sides);
        free(w->kept[j].zeros);
    }
    for (int i = 0; i < 2; i++) {
        free(w->corners[i].start);
        free(w->corners[i].count);
        free(w->corners[i].entries);
    }
    void *rest[] = {w->block, w->mark, w->mark_room, w->window.form, w->window.flat, w->window.reach, w->pending,
                    w->wanted_basis, w->wanted_neuron, w->wanted_place, w->wanted_row,
                    w->wanted_sign, w->positive, w->negative, w->growth, w->bars,
                    w->bars_with_boundary, w->tree, w->numbers, w->ranks, w->kept_basis,
                    w->kept_position, w->kept_error, w->kept_vertex_row, w->kept_region_row,
                    w->seen,
                    w->lists.rows, w->lists.masks, w->lists.start, w->lists.entries};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        free(rest[i]);
    free(w);
}

/* A worker of the run; all but the first share the root block. NULL without memory. */
static Worker *open_worker(Run *run)
{
    DIMENSION(run);
    Worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    size_t layers = (size_t)run->layers, levels = layers * (size_t)(D + 1);
    int padded = 8;
    for (int l = 0; l < run->layers; l++)
        if (run->layer[l].padded > padded)
            padded = run->layer[l].padded;
    w->run = run;
    w->sums.not_simple_chunk = -1;
    w->block = calloc(layers, sizeof *w->block);
    w->mark = calloc(levels, sizeof *w->mark);
    w->mark_room = calloc(levels, sizeof *w->mark_room);
    w->tree = calloc(levels, sizeof *w->tree);
    w->numbers = calloc(levels, sizeof *w->numbers);
    w->positive = calloc((size_t)padded, sizeof *w->positive);
    w->negative = calloc((size_t)padded, sizeof *w->negative);
    w->growth = calloc((size_t)(run->neurons + 1) * (size_t)(D + 1), sizeof *w->growth);
    if (!w->block || !w->mark || !w->mark_room || !w->tree || !w->numbers || !w->positive
        || !w->negative || !w->growth) {
        close_worker(w);
        return NULL;
    }
    if (run->first) {
        w->borrowed = 1;
        w->block[0] = run->first->block[0];
    }
    return w;
}

static void set_chunks(Worker *w, int size)
{
    Run *run = w->run;
    run->chunk_size = size;
    run->chunks = (run->regions + size - 1) / size;
    run->end_chunk = run->chunks;
    size_t chunks = (size_t)run->chunks;
    run->chunk_regions = resized(w, run->chunk_regions, chunks, sizeof *run->chunk_regions);
    memset(run->chunk_regions, 0, chunks * sizeof *run->chunk_regions);
}

static int begin(Worker *w)
{
    Run *run = w->run;
    int reason = setjmp(w->escape);
    if (reason)
        return reason;
    if (run->face_count)
        make_polytope(w, &w->block[0]);
    else
        make_cube(w, &w->block[0]);
    if (run->target == 0) {
        descend(w, 0);
        return DONE;
    }
    refine_and_number(w, 0);
    if (run->layers == 1 || w->halted)
        finish_leaf(w, 0);
    else {
        int size;
        run->regions = plan(w, &w->block[0], &size);
        set_chunks(w, size);
    }
    return DONE;
}

static int work(Worker *w)
{
    Run *run = w->run;
    int reason = setjmp(w->escape);
    if (reason)
        return reason;
    for (;;) {
        int chunk = atomic_fetch_add(&run->next_chunk, 1);
        if (chunk >= run->end_chunk)
            return DONE;
        w->chunk = chunk;
        take_chunk(w, 0, chunk, run->chunk_size, run->regions);
    }
}

/* Chunks of so many regions of the refined first layer instead of those that `begin` planned. */
static int cut(Worker *w, int regions)
{
    Run *run = w->run;
    int reason = setjmp(w->escape);
    if (reason)
        return reason;
    set_owners(w, &w->block[0], run->regions, regions);
    set_chunks(w, regions);
    return DONE;
}

/* What an earlier one left behind is forgotten, but for the sums. */
static int take(Worker *w, int chunk)
{
    Run *run = w->run;
    DIMENSION(run);
    int reason = setjmp(w->escape);
    if (reason)
        return reason;
    run->alone = 1;
    w->chunk = chunk;
    for (int j = 0; j <= D; j++)
        w->kept[j].size = w->kept[j].used = 0;
    w->lists.regions = w->lists.used = 0;
    for (int l = 1; l < run->layers; l++)
        memset(w->numbers + l * (D + 1), 0, sizeof *w->numbers * (size_t)(D + 1));
    take_chunk(w, 0, chunk, run->chunk_size, run->regions);
    return DONE;
}

static const Sums *read_sums(const Worker *w) { return &w->sums; }
static const uint64_t *read_growth(const Worker *w) { return w->growth; }
static int read_done(const Worker *w) { return w->done; }
static int read_bars(const Worker *w, const uint64_t **plain, const uint64_t **with_boundary)
{
    *plain = w->bars;
    *with_boundary = w->bars_with_boundary;
    return w->bar_room;
}

const Engine ENGINE = {open_worker, close_worker, begin,     cut,        work,       take,
                       read_sums,   read_growth,  read_bars, read_done,  read_sizes, read_level,
                       read_vertices, read_regions, read_lists};
