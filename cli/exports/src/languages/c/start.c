#include "wsdraft.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NAME(names, at) ((size_t)(at) < COUNT(names) ? (names)[at] : NULL)
