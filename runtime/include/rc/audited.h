// audited.h - counts in the audit variant: functions that check and note every
// change. Included by object.h only.

#ifndef RC_AUDITED_H
#define RC_AUDITED_H

void rc_incref(rc_object *o);
void rc_decref(rc_object *o);

#endif
