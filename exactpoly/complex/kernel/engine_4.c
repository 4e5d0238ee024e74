/* The engine for dimension 4. */
#define DIM 4
#define ENGINE engine_4
#include "engine.h"
