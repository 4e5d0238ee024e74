/* The engine for dimension 3. */
#define DIM 3
#define ENGINE engine_3
#include "engine.h"
