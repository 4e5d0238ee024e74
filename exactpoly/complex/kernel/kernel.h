/* The compiled engine: what its parts share. exactpoly/complex/compiled.py drives it.
 *
 * No Python here. A caller describes a network in a Description, opens a Run, and lets one or more
 * Workers refine it; signs that floating point and the separation bound leave open are asked of a
 * callback, in batches. Proofs: proofs/filter.md, section 6, and proofs/blocks.md.
 */
#ifndef EXACTPOLY_KERNEL_H
#define EXACTPOLY_KERNEL_H

#include <float.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#if FLT_EVAL_METHOD != 0
#error "the error bounds need float64 arithmetic without extended precision"
#endif

#define API __attribute__((visibility("default")))

/* Two builds of the hot loops, the right one taken when the library is loaded. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) \
    && !defined(__SANITIZE_ADDRESS__)
#define HOT __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define HOT
#endif

/* Into both builds of the hot loops that use it. */
#define INLINE static inline __attribute__((always_inline))

enum { LARGEST_DIMENSION = 12, WINDOW = 32 };

/* By how many units forms may be updated from a neighbouring region's before they are composed anew;
 * the bounds are told (filter_bounds.UPDATES). */
enum { UPDATES = 8 };

/* Why a worker ended. */
enum {
    DONE = 0,
    STOPPED = 1,      /* asked to from outside */
    NO_MEMORY = 2,
    TOO_LARGE = 3,    /* an index does not fit in 31 bits */
    CALLER_FAILED = 4, /* a callback raised */
    INCONSISTENT = 5  /* a section is no polytope's boundary: a sign would have to be wrong */
};

/* What callbacks answer. Numbers that do not happen to stand somewhere: where a signal raises an exception
 * before a callback has begun, ctypes loses it and answers what is there. */
enum { ANSWERED = 23294, GO_ON = 23295, HALT = 23296 };

/* What a run keeps: all cells, for `exactpoly_level`; the same, vertices interpolated as where nothing is
 * kept; vertices and the vertices of regions alone, for `exactpoly_text`. */
enum { KEEP_CELLS = 1, KEEP_INTERPOLATED = 2, KEEP_LISTS = 3 };

/* One layer as the caller gives it; float64, units in order. `outputs` counts them. */
typedef struct {
    int32_t outputs, neurons, first_neuron;
    const int32_t *neuron;   /* (outputs,) the number of the unit's neuron, -1 for a linear unit */
    const double *weight;    /* (inputs, outputs): transposed */
    const double *bias;
    const double *constant, *slope, *reach, *spread, *far; /* filter_bounds.ComposedBounds */
    double log_scale;
} GivenLayer;

/* Signs wanted of `count` pairs of a vertex and a neuron. `basis`: (count, d) neurons k as k, sides s
 * as -1 - s; `rows`: (count, 2 words) bits of the row of a region whose closure holds the vertex,
 * first where it is +, then where it is -. The answer: -1, 0 or 1 each. Returns ANSWERED, or it failed. */
typedef int (*Resolve)(int32_t count, const int32_t *basis, const uint64_t *rows,
                       const int32_t *neuron, int8_t *signs);
/* Asked before each neuron of a breadth-first run. Returns GO_ON or HALT, or it failed. */
typedef int (*Between)(int32_t neuron, int64_t cells);

typedef struct {
    int32_t dimension, parts, layers, neurons;
    const GivenLayer *layer;
    int32_t sides;               /* S of them: the number of facets of the domain */
    const double *side_row;      /* (S, d): gradients */
    const double *side_constant; /* (S, parts) */
    const double *side_error;    /* (S, parts), of a computed value, to which side_slope X is added */
    const double *side_slope;    /* (S,) */
    const double *side_spread;   /* (S,): sum of the gradient's errors */
    const double *side_log;      /* (S,) log2 of the scaling that makes a side's form integral */
    /* The faces of the domain, or NULL for a box: (d + 1,) numbers of faces, and in order of dimension, j
     * being a face's: numbers of facets, facets one after another, d - j sides that are independent and
     * vanish on the face, increasing, and how many more vanish there. */
    const int32_t *face_count, *face_facets, *face_facet, *face_sides, *face_excess;
    int64_t target;              /* cells of a chunk's closure; 0: breadth first, one chunk a layer */
    int64_t max_cells;           /* stop when there are more; 0: no limit */
    int32_t record; /* what is kept: KEEP_CELLS, .. or 0 */
    const atomic_int *stop;
    Resolve resolve;
    Between between;
} Description;

/* Cells to be listed: facets of each cell of dimension k as `facets[k][start[k][c] .. start[k][c + 1])`. */
typedef struct {
    int32_t dimension, neurons, sides;
    const int32_t *sizes; /* (d + 1,) */
    const int64_t *start[LARGEST_DIMENSION + 1];
    const int32_t *facets[LARGEST_DIMENSION + 1];
    const int8_t *signs;   /* (vertices, neurons) */
    const uint32_t *masks; /* (vertices,): sides that it lies on */
    int64_t *place;        /* (regions,): filled with the place of each in the list */
} Listing;

/* Vertices and regions to be listed: row `v` of `rows` has two bit sets, where the vertex is + and where -;
 * `masks`: sides it lies on; the vertices of region `r` are `entries[start[r] .. start[r + 1])`. */
typedef struct {
    int64_t vertices, regions, used;
    uint64_t *rows;
    uint32_t *masks;
    int64_t *start;
    int32_t *entries;
} Lists;

/* Sums over what a worker has refined. */
typedef struct {
    uint64_t f[LARGEST_DIMENSION + 1];
    uint64_t not_simple[LARGEST_DIMENSION + 1];
    uint64_t incidences[LARGEST_DIMENSION + 1]; /* pairs of a shown k-cell and a shown facet of it */
    uint64_t filter, separation, exact;
    uint64_t blocks, largest_block;
    int64_t not_simple_chunk; /* the first with a cell that is not simple, or -1 */
} Sums;

/* A layer with its units padded, so that loops over them need no remainder. */
typedef struct {
    int units, padded, neurons, first, inputs, has_zero;
    int *neuron; /* (padded,) the number of the unit's neuron, -1 for linear units and padding */
    int *unit;   /* (neurons,) the unit of each of the layer's neurons */
    double *weight, *bias, *constant, *slope, *reach, *spread, *far;
    double log_scale;
} Layer;

typedef struct Run {
    int dimension, parts, layers, neurons, words, record, sides;
    int64_t target, max_cells;
    Layer *layer;
    int *layer_of;     /* (neurons,) */
    double *side_row, *side_constant, *side_error, *side_slope, *side_spread, *side_log;
    const int32_t *face_count, *face_facets, *face_facet, *face_sides, *face_excess; /* the caller's */
    const atomic_int *stop;
    Resolve resolve;
    Between between;
    const struct Engine *engine;
    struct Worker *first; /* it holds the root block */
    atomic_int next_chunk;
    int chunks, chunk_size, regions;
    int end_chunk;          /* `work` takes chunks before this one */
    int alone;              /* one chunk is taken by itself and holds all its cells */
    int64_t *chunk_regions; /* (chunks,): regions of the whole complex in each finished chunk */
    atomic_llong finished; /* regions of finished leaves, for progress */
    atomic_llong cells;    /* their cells of all dimensions */
} Run;

typedef struct Worker Worker;

/* The refinement itself, compiled for one dimension (or for any). */
typedef struct Engine {
    Worker *(*open)(Run *run);
    void (*close)(Worker *worker);
    int (*begin)(Worker *worker);
    int (*cut)(Worker *worker, int regions);
    int (*work)(Worker *worker);
    int (*take)(Worker *worker, int chunk);
    const Sums *(*sums)(const Worker *worker);
    const uint64_t *(*growth)(const Worker *worker);
    int (*bars)(const Worker *worker, const uint64_t **plain, const uint64_t **with_boundary);
    int (*done)(const Worker *worker);
    void (*sizes)(const Worker *worker, int64_t *cells, int64_t *facets);
    void (*level)(const Worker *worker, int k, int32_t *facets, int64_t *start, uint32_t *sides,
                  uint16_t *zeros);
    void (*vertices)(const Worker *worker, int32_t *basis, double *position, double *error,
                     int8_t *signs);
    void (*regions)(const Worker *worker, int8_t *signs);
    Lists *(*lists)(Worker *worker);
} Engine;

extern const Engine engine_2, engine_3, engine_4, engine_5, engine_any;

#endif
