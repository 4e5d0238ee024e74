/* The library's entry points: a run is described, begun, worked on by one or more workers, read out. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

#ifndef SOURCE_DIGEST
#define SOURCE_DIGEST ""
#endif

/* Of the sources the library was built from; see build.py. */
API const char *exactpoly_digest(void) { return SOURCE_DIGEST; }

static const Engine *engine_for(int dimension)
{
    switch (dimension) {
    case 2: return &engine_2;
    case 3: return &engine_3;
    case 4: return &engine_4;
    case 5: return &engine_5;
    default: return &engine_any;
    }
}

static double *copied(const double *values, int count, int padded)
{
    double *result = calloc((size_t)padded, sizeof *result);
    if (result && count)
        memcpy(result, values, sizeof *result * (size_t)count);
    return result;
}

static int open_layer(Layer *layer, const GivenLayer *given, int inputs)
{
    int n = given->outputs, padded = (n + 7) / 8 * 8;
    layer->units = n;
    layer->padded = padded;
    layer->neurons = given->neurons;
    layer->first = given->first_neuron;
    layer->inputs = inputs;
    layer->log_scale = given->log_scale;
    layer->unit = malloc(sizeof *layer->unit * (size_t)(given->neurons + 1));
    layer->neuron = malloc(sizeof *layer->neuron * (size_t)padded);
    layer->weight = calloc((size_t)inputs * (size_t)padded, sizeof *layer->weight);
    layer->bias = copied(given->bias, n, padded);
    layer->constant = copied(given->constant, n, padded);
    layer->slope = copied(given->slope, n, padded);
    layer->reach = copied(given->reach, n, padded);
    layer->spread = copied(given->spread, n, padded);
    layer->far = copied(given->far, n, padded);
    if (!layer->neuron || !layer->unit || !layer->weight || !layer->bias || !layer->constant || !layer->slope
        || !layer->reach || !layer->spread || !layer->far)
        return 0;
    for (int u = 0; u < padded; u++) {
        layer->neuron[u] = u < n ? given->neuron[u] : -1;
        if (layer->neuron[u] >= 0)
            layer->unit[layer->neuron[u] - layer->first] = u;
    }
    for (int i = 0; i < inputs; i++)
        for (int u = 0; u < n; u++) {
            double weight = given->weight[(size_t)i * (size_t)n + (size_t)u];
            layer->weight[(size_t)i * (size_t)padded + (size_t)u] = weight;
            layer->has_zero |= weight == 0;
        }
    return 1;
}

API void exactpoly_close(Run *run)
{
    if (!run)
        return;
    if (run->first)
        run->engine->close(run->first);
    for (int l = 0; run->layer && l < run->layers; l++) {
        Layer *layer = &run->layer[l];
        free(layer->neuron);
        free(layer->unit);
        free(layer->weight);
        free(layer->bias);
        free(layer->constant);
        free(layer->slope);
        free(layer->reach);
        free(layer->spread);
        free(layer->far);
    }
    free(run->layer);
    free(run->layer_of);
    free(run->side_row);
    free(run->side_constant);
    free(run->side_error);
    free(run->side_slope);
    free(run->side_spread);
    free(run->side_log);
    free(run->chunk_regions);
    free(run);
}

/* NULL when memory is out. */
API Run *exactpoly_open(const Description *given)
{
    Run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    int d = given->dimension;
    run->dimension = d;
    run->parts = given->parts;
    run->layers = given->layers;
    run->neurons = given->neurons;
    run->words = (given->neurons + 63) / 64;
    run->record = given->record;
    run->target = given->target;
    run->max_cells = given->max_cells;
    run->stop = given->stop;
    run->resolve = given->resolve;
    run->between = given->between;
    run->engine = engine_for(d);
    run->sides = given->sides;
    int sides = given->sides, parts = sides * run->parts;
    run->side_row = copied(given->side_row, sides * d, sides * d);
    run->side_constant = copied(given->side_constant, parts, parts);
    run->side_error = copied(given->side_error, parts, parts);
    run->side_slope = copied(given->side_slope, sides, sides);
    run->side_spread = copied(given->side_spread, sides, sides);
    run->side_log = copied(given->side_log, sides, sides);
    run->face_count = given->face_count;
    run->face_facets = given->face_facets;
    run->face_facet = given->face_facet;
    run->face_sides = given->face_sides;
    run->face_excess = given->face_excess;
    run->layer = calloc((size_t)run->layers, sizeof *run->layer);
    run->layer_of = calloc((size_t)run->neurons + 1, sizeof *run->layer_of);
    int ok = run->side_row && run->side_constant && run->side_error && run->side_slope
        && run->side_spread && run->side_log && run->layer && run->layer_of;
    for (int l = 0; ok && l < run->layers; l++) {
        const GivenLayer *layer = &given->layer[l];
        ok = open_layer(&run->layer[l], layer, l ? given->layer[l - 1].outputs : d);
        for (int k = 0; ok && k < layer->neurons; k++)
            run->layer_of[layer->first_neuron + k] = l;
    }
    if (ok)
        run->first = run->engine->open(run);
    if (!ok || !run->first) {
        exactpoly_close(run);
        return NULL;
    }
    return run;
}

/* Refines by the first layer (with `target` 0 or one layer: by all). Then `chunks` are left. */
API int exactpoly_begin(Run *run) { return run->engine->begin(run->first); }
API int exactpoly_chunks(const Run *run) { return run->chunks; }
API Worker *exactpoly_first(Run *run) { return run->first; }
API Worker *exactpoly_worker(Run *run) { return run->engine->open(run); }
API void exactpoly_worker_close(Run *run, Worker *worker) { run->engine->close(worker); }

/* Makes chunks of so many regions of the first layer; nothing has been taken yet. */
API int exactpoly_cut(Run *run, int regions) { return run->engine->cut(run->first, regions); }

/* Lets `work` take the chunks from `first` to before `end` next. */
API void exactpoly_range(Run *run, int first, int end)
{
    atomic_store(&run->next_chunk, first);
    run->end_chunk = end;
}

/* Takes chunks until none is left; several workers may do so at once, each in its own thread. */
API int exactpoly_work(Run *run, Worker *worker) { return run->engine->work(worker); }

/* Refines one chunk by itself, all its cells: a closed part of the complex, to be read out. Only those
 * that no chunk before holds are counted. */
API int exactpoly_take(Run *run, int chunk) { return run->engine->take(run->first, chunk); }

API const int64_t *exactpoly_chunk_regions(const Run *run) { return run->chunk_regions; }
API int64_t exactpoly_finished(const Run *run) { return atomic_load(&run->finished); }
API int64_t exactpoly_cells(const Run *run) { return atomic_load(&run->cells); }

/* Read out. */
API const Sums *exactpoly_sums(const Run *run, const Worker *worker)
{
    return run->engine->sums(worker);
}
API const uint64_t *exactpoly_growth(const Run *run, const Worker *worker)
{
    return run->engine->growth(worker);
}
API int exactpoly_bars(const Run *run, const Worker *worker, const uint64_t **plain,
                       const uint64_t **with_boundary)
{
    return run->engine->bars(worker, plain, with_boundary);
}
API int exactpoly_done(const Run *run) { return run->engine->done(run->first); }
API void exactpoly_sizes(const Run *run, int64_t *cells, int64_t *facets)
{
    run->engine->sizes(run->first, cells, facets);
}
API void exactpoly_level(const Run *run, int k, int32_t *facets, int64_t *start, uint32_t *sides,
                         uint16_t *zeros)
{
    run->engine->level(run->first, k, facets, start, sides, zeros);
}
API void exactpoly_vertices(const Run *run, int32_t *basis, double *position, double *error,
                            int8_t *signs)
{
    run->engine->vertices(run->first, basis, position, error, signs);
}
API void exactpoly_regions(const Run *run, int8_t *signs)
{
    run->engine->regions(run->first, signs);
}
