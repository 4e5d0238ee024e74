/* What a worker holds: blocks of cells with local numbers, and arrays that grow. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef DIM
#define MAXD DIM
#define DIMENSION(run) \
    enum { D = DIM };  \
    (void)(run)
#else
#define MAXD LARGEST_DIMENSION
#define DIMENSION(run) const int D = (run)->dimension
#endif

/* Whether a cell is the block's own. Where a chunk is taken by itself it holds all its cells as its own,
 * but only those are counted that it owns among all chunks. */
enum { HELD = 1, OWN = 3 };

/* A cell: its facets are `facets[first .. first + count)` of its level. Of dimension j it has the d - j
 * constraints `act`: sides of the domain, S of them, first (side s as s), then neurons (neuron k as S + k), whose
 * forms in any region about it are independent and vanish on it (proofs/blocks.md, Theorem 1).
 * `home`: a region of the layers before, as a number of the block, whose closure holds it. */
typedef struct {
    uint32_t first;
    uint16_t count, excess; /* facets; neurons that vanish on the cell and are not in `act` */
    uint8_t alive, own; /* own: 0, HELD or OWN */
    uint16_t act[MAXD];
    int32_t home;
} Cell;

/* Of a cut cell: its positive part (the negative one follows) and its section, one level lower. */
typedef struct {
    int32_t part, section;
} Halves;

/* The initial cell of the block that a cell is part of; see record.h. */
typedef struct {
    int32_t level, index;
} Root;

/* `words`: bit k: neuron k of the window is positive at a vertex of the cell, bit 32 + k: negative. */
typedef struct {
    Cell *cells;
    uint64_t *words;
    Halves *halves;
    Root *root;
    int32_t *facets, *cut;
    int size, room, ncut, cut_room;
    uint32_t used, facet_room;
} Level;

/* Coordinates p, and q where the box is at infinity, each with a proven bound on their errors. */
typedef struct {
    double x[2][MAXD];
    double error[2];
    int solved; /* from the forms, not by interpolation */
    int far;    /* on a side: on R^d at infinity, with q not zero */
} Vertex;

/* A closed set of regions with all their faces, refined by one layer. Homes are the regions of the
 * layers before that it was cut from; `rows` has two bit sets for each: where they are +, where -. */
typedef struct {
    Level level[MAXD + 1];
    Vertex *vertex;
    int vertex_room, homes, home_room, words_room, windows;
    uint64_t *row;
    int32_t *parent_home;
    double *form; /* (homes, d + 1, padded units): gradient and constant of the layer's units */
    uint8_t *flat; /* (homes, padded units): the gradient is zero, beyond rounding */
    size_t form_room;
    uint64_t *region_word; /* (regions, windows): words of the windows done */
    size_t region_word_room;
    int *cutting, ncutting, cutting_room; /* units of the layer that are not of one sign */
    uint64_t *constant;                   /* bits of those that are, as in a row */
    int32_t *order;
    int order_room;
    int32_t *owner[MAXD + 1];
    int owner_room[MAXD + 1];
    /* Only where cells are recorded: */
    uint64_t *vertex_row, *vertex_word;
    int vertex_row_room;
    size_t vertex_word_room;
    int32_t *node[MAXD + 1], *parent_node[MAXD + 1];
    int node_room[MAXD + 1], parent_node_room[MAXD + 1], initial[MAXD + 1];
} Block;

/* The neurons of the layer that are being split, their forms side by side. */
typedef struct {
    int size, index;
    int unit[WINDOW];
    double constant[WINDOW], slope[WINDOW], far[WINDOW];
    double *form; /* (homes, d + 1, WINDOW) */
    double *reach; /* (homes, WINDOW): norms of the gradients, rounded up */
    double *flat; /* (homes, WINDOW): 0 where the gradient is zero, else infinite */
    size_t form_room;
    uint32_t touched; /* neurons with a zero somewhere */
} Window;

typedef struct {
    int32_t stamp, local;
} Mark;

typedef struct {
    int32_t vertex, neuron; /* of the window */
} Pending;

/* Children of a node (a cell of a block): first numbers of its parts in the next layer, by dimension. */
typedef struct {
    int32_t *base;
    int64_t room;
} Tree;

/* The cells of the whole complex, in order of their numbers; see record.h. */
typedef struct {
    int32_t *facets;
    int64_t *start;
    uint32_t *sides;
    uint16_t *zeros;
    int64_t size, room, used, facet_room;
} Kept;

/* Vertices of the cells of one dimension in a block: `count[c]` from `start[c]` on. */
typedef struct {
    int32_t *start, *count, *entries;
    int start_room, count_room;
    int64_t used, room;
} Corners;

struct Worker {
    Run *run;
    Block *block; /* (layers,): that of each layer on the way down */
    int depth, borrowed; /* layer in work; whether block[0] is another worker's */
    Window window;
    Mark **mark; /* (layers, d + 1) */
    int *mark_room;
    int32_t stamp;
    int32_t *source[MAXD + 1];
    int source_room[MAXD + 1];
    Pending *pending;
    int pendings, pending_room;
    int32_t *wanted_basis, *wanted_neuron, *wanted_place;
    uint64_t *wanted_row;
    int8_t *wanted_sign;
    int wanted_room;
    int64_t *positive, *negative; /* (padded units,) */
    Sums sums;
    uint64_t *growth; /* (neurons, d + 1): cells off the boundary that a neuron added */
    uint64_t *bars, *bars_with_boundary;
    int bar_room;
    int done, halted;
    int64_t alive; /* own cells of the block in work */
    int chunk;
    Tree *tree; /* (layers, d + 1) */
    int64_t *numbers; /* (layers, d + 1): how many nodes there are */
    int32_t *ranks;
    size_t rank_room;
    Kept kept[MAXD + 1];
    int32_t *kept_basis;
    double *kept_position, *kept_error;
    uint64_t *kept_vertex_row, *kept_region_row;
    int64_t kept_vertex_room, kept_region_room;
    Lists lists;
    int64_t listed_vertex_room, listed_region_room, listed_entry_room;
    Corners corners[2]; /* of cells of even and of odd dimension */
    int32_t *seen; /* (vertices of the block,): the last cell that each was seen on */
    int seen_room, seen_stamp;
    jmp_buf escape;
};

static _Noreturn void fail(Worker *w, int reason) { longjmp(w->escape, reason); }

static void *resized(Worker *w, void *old, size_t count, size_t size)
{
    if (count && size > SIZE_MAX / count)
        fail(w, NO_MEMORY);
    void *result = realloc(old, count * size + (count == 0));
    if (!result)
        fail(w, NO_MEMORY);
    return result;
}

/* Room for `need` entries of an int-counted array that holds `room`: the new room. */
static int grown(Worker *w, int64_t need, int room)
{
    int64_t more = room < 64 ? 64 : (int64_t)room + room / 2 + (room < 1 << 20 ? room / 2 : 0);
    if (more < need)
        more = need;
    if (more > INT32_MAX - 1)
        more = INT32_MAX - 1;
    if (more < need)
        fail(w, TOO_LARGE);
    return (int)more;
}

static void reserve_cells(Worker *w, Level *level, int more)
{
    int64_t need = (int64_t)level->size + more;
    if (need <= level->room)
        return;
    int room = grown(w, need, level->room);
    size_t count = (size_t)room;
    level->cells = resized(w, level->cells, count, sizeof(Cell));
    level->words = resized(w, level->words, count, sizeof(uint64_t));
    level->halves = resized(w, level->halves, count, sizeof(Halves));
    if (w->run->record)
        level->root = resized(w, level->root, count, sizeof(Root));
    level->room = room;
}

static void reserve_facets(Worker *w, Level *level, int64_t more)
{
    int64_t need = (int64_t)level->used + more;
    if (need <= level->facet_room)
        return;
    int64_t room = level->facet_room < 256 ? 256 : 2 * (int64_t)level->facet_room;
    if (room < need)
        room = need;
    if (room > (int64_t)UINT32_MAX)
        room = (int64_t)UINT32_MAX;
    if (room < need)
        fail(w, TOO_LARGE);
    level->facets = resized(w, level->facets, (size_t)room, sizeof(int32_t));
    level->facet_room = (uint32_t)room;
}

static void reserve_vertices(Worker *w, Block *b, int count)
{
    if (count > b->vertex_room) {
        b->vertex_room = grown(w, count, b->vertex_room);
        b->vertex = resized(w, b->vertex, (size_t)b->vertex_room, sizeof(Vertex));
    }
    if (w->run->record && count > b->vertex_row_room) {
        b->vertex_row_room = grown(w, count, b->vertex_row_room);
        b->vertex_row = resized(w, b->vertex_row, (size_t)b->vertex_row_room,
                                2 * (size_t)w->run->words * sizeof(uint64_t));
    }
}

static void reserve_words(Worker *w, uint64_t **words, size_t *room, size_t need)
{
    if (need > *room) {
        *room = need + need / 2;
        *words = resized(w, *words, *room, sizeof(uint64_t));
    }
}

static void reserve_ints(Worker *w, int32_t **values, int *room, int64_t need)
{
    if (need > *room) {
        *room = grown(w, need, *room);
        *values = resized(w, *values, (size_t)*room, sizeof(int32_t));
    }
}

static void reserve_homes(Worker *w, Block *b, int homes)
{
    if (homes > b->home_room) {
        b->home_room = grown(w, homes, b->home_room);
        b->row = resized(w, b->row, (size_t)b->home_room,
                         2 * (size_t)w->run->words * sizeof(uint64_t));
        b->parent_home = resized(w, b->parent_home, (size_t)b->home_room, sizeof(int32_t));
    }
    b->homes = homes;
}

static uint64_t *row_of_home(const Worker *w, const Block *b, int home)
{
    return b->row + 2 * (size_t)w->run->words * (size_t)home;
}

static void free_block(Block *b, int dimension)
{
    for (int j = 0; j <= dimension; j++) {
        Level *level = &b->level[j];
        free(level->cells);
        free(level->words);
        free(level->halves);
        free(level->root);
        free(level->facets);
        free(level->cut);
        free(b->owner[j]);
        free(b->node[j]);
        free(b->parent_node[j]);
    }
    free(b->vertex);
    free(b->row);
    free(b->parent_home);
    free(b->form);
    free(b->flat);
    free(b->region_word);
    free(b->cutting);
    free(b->constant);
    free(b->order);
    free(b->vertex_row);
    free(b->vertex_word);
}
