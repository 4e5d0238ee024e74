/* The engine for dimension 5. */
#define DIM 5
#define ENGINE engine_5
#include "engine.h"
