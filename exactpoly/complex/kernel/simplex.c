/* Floating-point proposals for redundancy tests: the loop of FloatSimplex in exactpoly/polyhedra/proposal.py.
 *
 * Nothing is decided here: a direction or a support that is returned is tried in exact arithmetic. */
#include "kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOTHING = 0, AIM = 1, SUPPORT = 2, REFRESH = 64 };

typedef struct {
    double *objective, *length, *row, *direction, *factor, *slope, *slack;
} Work;

static int open_work(Work *work, int d, int room)
{
    size_t small = (size_t)d + 1, large = (size_t)room;
    double *all = calloc(5 * small + 2 * large + 1, sizeof *all);
    if (!all)
        return 0;
    work->objective = all;
    work->length = all + small;
    work->row = all + 2 * small;
    work->direction = all + 3 * small;
    work->factor = all + 4 * small;
    work->slope = all + 5 * small;
    work->slack = work->slope + large;
    return 1;
}

/* sum += columns . x over the m rows; columns (d, room) side by side, so that loops run along rows. */
static HOT void combine(const double *restrict columns, size_t room, int d, int m, const double *x,
                        size_t step, double *restrict sum)
{
    int c = 0;
    for (; c + 4 <= d; c += 4) {
        const double *restrict p = columns + (size_t)c * room;
        const double *restrict q = p + room, *restrict r = q + room, *restrict s = r + room;
        const double *y = x + (size_t)c * step;
        double f = y[0], g = y[step], h = y[2 * step], k = y[3 * step];
        for (int i = 0; i < m; i++)
            sum[i] += f * p[i] + g * q[i] + h * r[i] + k * s[i];
    }
    for (; c < d; c++) {
        const double *restrict p = columns + (size_t)c * room;
        double f = x[(size_t)c * step];
        for (int i = 0; i < m; i++)
            sum[i] += f * p[i];
    }
}

static HOT void refresh(Work *work, const double *columns, size_t room, int d, int m,
                        const double *constants, const double *position, const double *target)
{
    size_t width = (size_t)d + 1;
    memcpy(work->slack, constants, (size_t)m * sizeof *constants);
    combine(columns, room, d, m, position, width, work->slack);
    memset(work->objective, 0, width * sizeof(double));
    memset(work->length, 0, width * sizeof(double));
    for (int c = 0; c < d; c++) {
        const double *line = position + (size_t)c * width;
        double t = target[c];
        for (size_t j = 0; j < width; j++) {
            work->objective[j] += t * line[j];
            work->length[j] += line[j] * line[j];
        }
    }
    work->objective[0] += 1;
}

/* The steepest column that goes down; -1 if none does, -2 if numbers are no longer finite. */
static int choose_column(const Work *work, int d, const int32_t *nonbasic, double tiny)
{
    int best = -1;
    double steepest = 0;
    for (int j = 1; j <= d; j++) {
        double gain = work->objective[j];
        if (!isfinite(gain))
            return -2;
        if (nonbasic[j - 1] < d)
            gain = -fabs(gain);
        if (gain < -tiny && gain * gain > steepest * work->length[j]) {
            steepest = gain * gain / work->length[j];
            best = j;
        }
    }
    return isfinite(work->objective[0]) ? best : -2;
}

static HOT void pivot(Work *work, int d, int leaving, int column, const double *columns, size_t room,
                      const double *constants, double *position, const double *target)
{
    size_t width = (size_t)d + 1;
    double *row = work->row, along = 0;
    memset(row, 0, width * sizeof *row);
    combine(position, width, d, (int)width, columns + leaving, room, row);
    row[0] += constants[leaving];
    double slope = row[column];
    for (int c = 0; c < d; c++) {
        work->factor[c] = position[(size_t)c * width + (size_t)column] / slope;
        along += target[c] * work->factor[c];
    }
    row[column] -= 1;
    memset(work->length, 0, width * sizeof(double));
    double *restrict length = work->length;
    const double *restrict change = row;
    for (int c = 0; c < d; c++) {
        double *restrict line = position + (size_t)c * width, f = work->factor[c];
        for (size_t j = 0; j < width; j++) {
            line[j] -= f * change[j];
            length[j] += line[j] * line[j];
        }
    }
    for (size_t j = 0; j < width; j++)
        work->objective[j] -= along * row[j];
}

/* Downhill on 1 + target y from the vertex in `position` (d, d + 1) with the variables `nonbasic` (d,),
 * both changed, over the rows `constants + columns . y >= 0`, m of them, columns (d, room). AIM: `direction`
 * (d,) is where to look; SUPPORT: the nonbasic rows hold the form up. NO_MEMORY is negative. */
API int exactpoly_minimise(int d, int m, int room, const double *columns, const double *constants,
                           double *position, int32_t *nonbasic, const double *target, double tiny,
                           int most, double *direction, int64_t *pivots)
{
    Work work;
    size_t width = (size_t)d + 1;
    if (!open_work(&work, d, room))
        return -1;
    int result = NOTHING;
    for (int count = 0; count < most; count++) {
        if (count % REFRESH == 0)
            refresh(&work, columns, (size_t)room, d, m, constants, position, target);
        int column = choose_column(&work, d, nonbasic, tiny);
        if (column == -2)
            break;
        if (work.objective[0] < -tiny) {
            for (int c = 0; c < d; c++)
                direction[c] = position[(size_t)c * width];
            result = AIM;
            break;
        }
        if (column < 0) {
            result = SUPPORT;
            for (int j = 0; j < d; j++)
                if (nonbasic[j] < d)
                    result = NOTHING;
            break;
        }
        double sign = work.objective[column] > 0 ? -1 : 1;
        for (int c = 0; c < d; c++)
            work.direction[c] = sign * position[(size_t)c * width + (size_t)column];
        memset(work.slope, 0, (size_t)m * sizeof(double));
        combine(columns, (size_t)room, d, m, work.direction, 1, work.slope);
        for (int j = 0; j < d; j++)
            if (nonbasic[j] >= d)
                work.slope[nonbasic[j] - d] = 0;
        int leaving = -1;
        double step = 0;
        for (int i = 0; i < m; i++)
            if (work.slope[i] < -tiny) {
                double slack = work.slack[i] > 0 ? work.slack[i] : 0, t = slack / -work.slope[i];
                if (leaving < 0 || t < step) {
                    leaving = i;
                    step = t;
                }
            }
        if (leaving < 0) {
            memcpy(direction, work.direction, (size_t)d * sizeof *direction);
            result = AIM;
            break;
        }
        for (int i = 0; i < m; i++)
            work.slack[i] += step * work.slope[i];
        if (nonbasic[column - 1] >= d) /* which is what grows along this edge */
            work.slack[nonbasic[column - 1] - d] = step;
        work.slack[leaving] = 0;
        pivot(&work, d, leaving, column, columns, (size_t)room, constants, position, target);
        nonbasic[column - 1] = d + leaving;
        ++*pivots;
    }
    free(work.objective);
    return result;
}
