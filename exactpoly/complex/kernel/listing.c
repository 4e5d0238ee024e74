/* The lines of a certificate's vertices and regions, from arrays of cells or a run that
 * kept lists alone: FORMAT.md, "Complete certificates".
 *
 * listing.py calls it; exactpoly/certificate/write.py does the same, slower, where there is no kernel. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t beginning; /* the first letters, big-endian */
    const char *key;
    int32_t vertex;
} Key;

/* A region: `count` places of vertices from `first` on. */
typedef struct {
    uint64_t beginning; /* the first two */
    const int32_t *first;
    int32_t count, region;
} List;

/* A number as it is written, with a comma. */
typedef struct {
    char digits[12];
    int32_t count;
} Number;

static _Thread_local size_t sorted_width;

static int by_key(const void *p, const void *q)
{
    const Key *a = p, *b = q;
    if (a->beginning != b->beginning)
        return a->beginning < b->beginning ? -1 : 1;
    return memcmp(a->key, b->key, sorted_width);
}

static int by_vertices(const void *p, const void *q)
{
    const List *a = p, *b = q;
    if (a->beginning != b->beginning)
        return a->beginning < b->beginning ? -1 : 1;
    for (int32_t i = 0; i < a->count && i < b->count; i++)
        if (a->first[i] != b->first[i])
            return a->first[i] < b->first[i] ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static void sort_keys(const char *keys, size_t width, int32_t count, Key *order)
{
    for (int32_t v = 0; v < count; v++) {
        const char *key = keys + width * (size_t)v;
        uint64_t beginning = 0;
        for (size_t i = 0; i < 8; i++)
            beginning = beginning << 8 | (i < width ? (unsigned char)key[i] : 0);
        order[v] = (Key){beginning, key, v};
    }
    sorted_width = width;
    qsort(order, (size_t)count, sizeof *order, by_key);
}

/* The places of each region's vertices, increasing, to `sorted`: the regions of each vertex first, to
 * `regions`, those of `v` from `start[v]` on, and then vertex by vertex in order. */
static void sort_lists(const Lists *l, const Key *order, int64_t *start, int64_t *end,
                       int32_t *regions, int32_t *sorted)
{
    memset(start, 0, sizeof *start * (size_t)(l->vertices + 2));
    for (int64_t i = 0; i < l->used; i++)
        start[l->entries[i] + 2]++;
    for (int64_t v = 0; v < l->vertices; v++)
        start[v + 2] += start[v + 1];
    for (int64_t r = 0; r < l->regions; r++) {
        end[r] = l->start[r];
        for (int64_t i = l->start[r]; i < l->start[r + 1]; i++)
            regions[start[l->entries[i] + 1]++] = (int32_t)r;
    }
    for (int32_t place = 0; place < l->vertices; place++) {
        int32_t v = order[place].vertex;
        for (int64_t i = start[v]; i < start[v + 1]; i++)
            sorted[end[regions[i]]++] = place;
    }
}

static void sort_regions(const Lists *l, const int32_t *sorted, List *lists)
{
    for (int64_t r = 0; r < l->regions; r++) {
        const int32_t *first = sorted + l->start[r];
        int32_t count = (int32_t)(l->start[r + 1] - l->start[r]);
        uint64_t second = count > 1 ? (uint64_t)first[1] : 0;
        lists[r] = (List){(uint64_t)first[0] << 32 | second, first, count, (int32_t)r};
    }
    qsort(lists, (size_t)l->regions, sizeof *lists, by_vertices);
}

static void write_numbers(int32_t count, Number *numbers)
{
    for (int32_t n = 0; n < count; n++) {
        char digits[12];
        int32_t left = n, size = 0;
        do
            digits[size++] = (char)('0' + left % 10);
        while (left /= 10);
        numbers[n].count = size + 1;
        for (int32_t i = 0; i < size; i++)
            numbers[n].digits[i] = digits[size - 1 - i];
        numbers[n].digits[size] = ',';
    }
}

/* All lines to where there is room for them and a number's 12 bytes more: where they end. */
static char *write_lines(const Lists *l, size_t width, const Key *order, const List *lists,
                         const Number *numbers, int64_t *place, char *to)
{
    for (int64_t v = 0; v < l->vertices; v++) {
        *to++ = '"';
        memcpy(to, order[v].key, width);
        to += width;
        *to++ = '"';
        *to++ = '\n';
    }
    for (int64_t r = 0; r < l->regions; r++) {
        if (place)
            place[lists[r].region] = r;
        *to++ = '[';
        for (int32_t i = 0; i < lists[r].count; i++) {
            const Number *number = &numbers[lists[r].first[i]];
            memcpy(to, number->digits, sizeof number->digits);
            to += number->count;
        }
        to[-1] = ']';
        *to++ = '\n';
    }
    return to;
}

/* The text, to be given to `exactpoly_free`, and its length; NULL without memory. `keys`: of the vertices,
 * `width` letters each; `place`: filled with the place of each region in the list, unless NULL. */
static char *text_of(const Lists *l, const char *keys, size_t width, int64_t *place, int64_t *length)
{
    size_t vertices = (size_t)l->vertices, regions = (size_t)l->regions, used = (size_t)l->used;
    Key *order = malloc(vertices * sizeof *order + 1);
    Number *numbers = malloc(vertices * sizeof *numbers + 1);
    List *lists = malloc(regions * sizeof *lists + 1);
    int64_t *start = malloc((vertices + 2) * sizeof *start), *end = malloc(regions * sizeof *end + 1);
    int32_t *of_vertices = malloc(used * sizeof *of_vertices + 1);
    int32_t *sorted = malloc(used * sizeof *sorted + 1);
    char *text = NULL;
    if (order && numbers && lists && start && end && of_vertices && sorted) {
        sort_keys(keys, width, (int32_t)vertices, order);
        sort_lists(l, order, start, end, of_vertices, sorted);
        sort_regions(l, sorted, lists);
        write_numbers((int32_t)vertices, numbers);
        size_t digits = vertices ? (size_t)numbers[vertices - 1].count : 0;
        text = malloc(vertices * (width + 3) + digits * used + 3 * regions + sizeof *numbers);
        if (text)
            *length = write_lines(l, width, order, lists, numbers, place, text) - text;
    }
    free(order);
    free(numbers);
    free(lists);
    free(start);
    free(end);
    free(of_vertices);
    free(sorted);
    return text;
}

/* The vertices of a region to where there is room for all: how many. */
static int32_t vertices_of(const Listing *l, int32_t region, int32_t **mark, int32_t **found, int32_t *to)
{
    int32_t count = 1;
    found[l->dimension][0] = region;
    for (int k = l->dimension; k > 0; k--) {
        int32_t below = 0;
        for (int32_t i = 0; i < count; i++) {
            int32_t cell = found[k][i];
            for (int64_t a = l->start[k][cell]; a < l->start[k][cell + 1]; a++) {
                int32_t facet = l->facets[k][a];
                if (mark[k - 1][facet] == region + 1)
                    continue;
                mark[k - 1][facet] = region + 1;
                found[k - 1][below++] = facet;
            }
        }
        count = below;
    }
    memcpy(to, found[0], sizeof *to * (size_t)count);
    return count;
}

/* All vertices of all regions into `lists`, whose entries grow: whether there was memory. */
static int list_regions(const Listing *l, int32_t **mark, int32_t **found, Lists *lists)
{
    int64_t size = 0;
    for (int32_t r = 0; r < lists->regions; r++) {
        if (lists->used + lists->vertices > size) {
            size = lists->used + lists->used / 2 + lists->vertices;
            int32_t *more = realloc(lists->entries, sizeof *more * (size_t)size);
            if (!more)
                return 0;
            lists->entries = more;
        }
        lists->start[r] = lists->used;
        lists->used += vertices_of(l, r, mark, found, lists->entries + lists->used);
    }
    lists->start[lists->regions] = lists->used;
    return 1;
}

static void key_of_signs(const Listing *l, int64_t vertex, char *key)
{
    const int8_t *signs = l->signs + (size_t)l->neurons * (size_t)vertex;
    for (int i = 0; i < l->neurons; i++)
        *key++ = "-0+"[signs[i] + 1];
    for (int s = 0; s < l->sides; s++)
        *key++ = l->masks[vertex] >> s & 1 ? '0' : '+';
}

/* The text of all vertices and regions as `text_of` gives it. */
API char *exactpoly_list(const Listing *l, int64_t *length)
{
    int d = l->dimension;
    Lists lists = {.vertices = l->sizes[0], .regions = l->sizes[d]};
    size_t width = (size_t)l->neurons + (size_t)l->sides;
    int32_t *mark[LARGEST_DIMENSION + 1] = {0}, *found[LARGEST_DIMENSION + 1] = {0};
    char *text = NULL, *keys = malloc((size_t)lists.vertices * width + 1);
    lists.start = malloc(((size_t)lists.regions + 1) * sizeof *lists.start);
    int ok = keys && lists.start;
    for (int k = 0; k <= d; k++) {
        mark[k] = calloc((size_t)l->sizes[k] + 1, sizeof *mark[k]);
        found[k] = malloc(((size_t)l->sizes[k] + 1) * sizeof *found[k]);
        ok = ok && mark[k] && found[k];
    }
    if (ok && list_regions(l, mark, found, &lists)) {
        for (int64_t v = 0; v < lists.vertices; v++)
            key_of_signs(l, v, keys + width * (size_t)v);
        text = text_of(&lists, keys, width, l->place, length);
    }
    for (int k = 0; k <= d; k++) {
        free(mark[k]);
        free(found[k]);
    }
    free(keys);
    free(lists.start);
    free(lists.entries);
    return text;
}

static void key_of_row(const Run *run, const uint64_t *row, uint32_t mask, char *key)
{
    for (int i = 0; i < run->neurons; i++) {
        uint64_t plus = row[i >> 6] >> (i & 63) & 1, minus = row[run->words + (i >> 6)] >> (i & 63) & 1;
        *key++ = "0+-"[plus + 2 * minus];
    }
    for (int s = 0; s < run->sides; s++)
        *key++ = mask >> s & 1 ? '0' : '+';
}

/* The lists that the run's first worker kept. */
API const Lists *exactpoly_lists(const Run *run) { return run->engine->lists(run->first); }

/* Their text, as `text_of` gives it. */
API char *exactpoly_text(const Run *run, int64_t *length)
{
    const Lists *lists = exactpoly_lists(run);
    size_t width = (size_t)run->neurons + (size_t)run->sides;
    char *keys = malloc((size_t)lists->vertices * width + 1), *text = NULL;
    if (keys) {
        for (int64_t v = 0; v < lists->vertices; v++)
            key_of_row(run, lists->rows + 2 * (size_t)run->words * (size_t)v, lists->masks[v],
                       keys + width * (size_t)v);
        text = text_of(lists, keys, width, NULL, length);
    }
    free(keys);
    return text;
}

API void exactpoly_free(char *text) { free(text); }
