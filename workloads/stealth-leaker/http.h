#ifndef HTTP_H
#define HTTP_H

#include "settings.h"

/* Opens both ports, filling in those that were 0; ends with exit code 3 when one is taken. */
void http_listen(struct settings *s);

/* Serves both from one thread; 0, or an error number. */
int http_start(void);

#endif
