/* The engine for dimension 2. */
#define DIM 2
#define ENGINE engine_2
#include "engine.h"
