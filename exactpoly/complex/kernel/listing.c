/* The lines of a certificate's vertices and regions, from arrays of cells: FORMAT.md, "Complete certificates".
 *
 * exactpoly/certificate/listing.py calls it and does the same, slower, where there is no kernel. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t beginning; /* the first letters, big-endian */
    const char *key;
    int32_t vertex;
} Key;

/* A region: `count` vertices from `first` on. */
typedef struct {
    const int32_t *first;
    int32_t count, region;
} List;

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
    for (int32_t i = 0; i < a->count && i < b->count; i++)
        if (a->first[i] != b->first[i])
            return a->first[i] < b->first[i] ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static void sort_numbers(int32_t *numbers, int32_t count)
{
    for (int32_t i = 1; i < count; i++) {
        int32_t x = numbers[i], j = i;
        for (; j > 0 && numbers[j - 1] > x; j--)
            numbers[j] = numbers[j - 1];
        numbers[j] = x;
    }
}

static char *put_number(char *to, int32_t number)
{
    char digits[12];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *to++ = digits[--count];
    return to;
}

static void write_keys(const Listing *l, char *keys, Key *order)
{
    size_t neurons = (size_t)l->neurons, width = neurons + (size_t)l->sides;
    for (int32_t v = 0; v < l->sizes[0]; v++) {
        char *key = keys + width * (size_t)v;
        const int8_t *signs = l->signs + neurons * (size_t)v;
        for (size_t i = 0; i < neurons; i++)
            key[i] = "-0+"[signs[i] + 1];
        for (int s = 0; s < l->sides; s++)
            key[neurons + (size_t)s] = l->masks[v] >> s & 1 ? '0' : '+';
        uint64_t beginning = 0;
        for (size_t i = 0; i < 8; i++)
            beginning = beginning << 8 | (i < width ? (unsigned char)key[i] : 0);
        order[v] = (Key){beginning, key, v};
    }
    sorted_width = width;
    qsort(order, (size_t)l->sizes[0], sizeof *order, by_key);
}

/* The vertices of a region, by `number` and in order, to where there is room for all. */
static int32_t vertices_of(const Listing *l, int32_t region, const int32_t *number, int32_t **mark,
                           int32_t **found, int32_t *to)
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
    for (int32_t i = 0; i < count; i++)
        to[i] = number[found[0][i]];
    sort_numbers(to, count);
    return count;
}

/* All vertices of all regions into `pool`, which grows; how many, or -1 without memory. */
static int64_t list_regions(const Listing *l, const int32_t *number, int32_t **mark, int32_t **found,
                            int32_t **pool, List *lists, int64_t *starts)
{
    int64_t used = 0, size = 0;
    for (int32_t r = 0; r < l->sizes[l->dimension]; r++) {
        if (used + l->sizes[0] > size) {
            size = used + used / 2 + l->sizes[0];
            int32_t *more = realloc(*pool, sizeof **pool * (size_t)size);
            if (!more)
                return -1;
            *pool = more;
        }
        starts[r] = used;
        lists[r].count = vertices_of(l, r, number, mark, found, *pool + used);
        lists[r].region = r;
        used += lists[r].count;
    }
    for (int32_t r = 0; r < l->sizes[l->dimension]; r++)
        lists[r].first = *pool + starts[r];
    qsort(lists, (size_t)l->sizes[l->dimension], sizeof *lists, by_vertices);
    return used;
}

static int64_t write_lines(const Listing *l, const Key *order, const List *lists, char *text)
{
    size_t width = (size_t)l->neurons + (size_t)l->sides;
    char *to = text;
    for (int32_t v = 0; v < l->sizes[0]; v++) {
        *to++ = '"';
        memcpy(to, order[v].key, width);
        to += width;
        *to++ = '"';
        *to++ = '\n';
    }
    for (int32_t r = 0; r < l->sizes[l->dimension]; r++) {
        l->place[lists[r].region] = r;
        *to++ = '[';
        for (int32_t i = 0; i < lists[r].count; i++) {
            to = put_number(to, lists[r].first[i]);
            *to++ = ',';
        }
        to[-1] = ']';
        *to++ = '\n';
    }
    return to - text;
}

/* The text, to be given to `exactpoly_free`, and its length; NULL without memory. */
API char *exactpoly_list(const Listing *l, int64_t *length)
{
    int d = l->dimension;
    size_t vertices = (size_t)l->sizes[0], regions = (size_t)l->sizes[d];
    size_t width = (size_t)l->neurons + (size_t)l->sides;
    int32_t *mark[LARGEST_DIMENSION + 1] = {0}, *found[LARGEST_DIMENSION + 1] = {0}, *pool = NULL;
    char *text = NULL, *keys = malloc(vertices * width + 1);
    Key *order = malloc(vertices * sizeof *order + 1);
    int32_t *number = malloc(vertices * sizeof *number + 1);
    List *lists = malloc(regions * sizeof *lists + 1);
    int64_t *starts = malloc(regions * sizeof *starts + 1), used;
    int ok = keys && order && number && lists && starts;
    for (int k = 0; k <= d; k++) {
        mark[k] = calloc((size_t)l->sizes[k] + 1, sizeof *mark[k]);
        found[k] = malloc(((size_t)l->sizes[k] + 1) * sizeof *found[k]);
        ok = ok && mark[k] && found[k];
    }
    if (ok) {
        write_keys(l, keys, order);
        for (int32_t v = 0; v < l->sizes[0]; v++)
            number[order[v].vertex] = v;
        used = list_regions(l, number, mark, found, &pool, lists, starts);
        if (used >= 0)
            text = malloc(vertices * (width + 3) + 11 * (size_t)used + 3 * regions + 1);
        if (text)
            *length = write_lines(l, order, lists, text);
    }
    for (int k = 0; k <= d; k++) {
        free(mark[k]);
        free(found[k]);
    }
    free(keys);
    free(order);
    free(number);
    free(lists);
    free(starts);
    free(pool);
    return text;
}

API void exactpoly_free(char *text) { free(text); }
