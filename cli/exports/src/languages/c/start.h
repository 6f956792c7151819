#ifndef WSDRAFT_H
#define WSDRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Conventions: a number that is missing is -1, a text or a pointer that is missing is NULL. A list is a pointer and a
 * count. Nothing is allocated, and all tables are constant.
 */
