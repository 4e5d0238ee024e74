/* The engine for any other dimension. */
#define ENGINE engine_any
#include "engine.h"
