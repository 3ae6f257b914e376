// page.h - the fixed parts of a report as a page, line by line, up to NULL.

#ifndef RC_SIGHT_PAGE_H
#define RC_SIGHT_PAGE_H

extern const char *const page_head[];   // up to the picture
extern const char *const page_middle[]; // between the picture and the data
extern const char *const page_tail[];   // the script that reads them

#endif
