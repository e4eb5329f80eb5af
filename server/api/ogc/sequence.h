/* sequence.h - updateSequence: what a client's word for its capabilities says beside the one of
 * now, which is ogc_catalog_key(). Pure.
 */
#ifndef API_OGC_SEQUENCE_H
#define API_OGC_SEQUENCE_H

enum sequence_age {
    SEQUENCE_EARLIER, /* or another one of the same revision: the client needs the document */
    SEQUENCE_SAME,
    SEQUENCE_UNKNOWN /* none of ours, or of a time to come */
};

enum sequence_age sequence_age(const char *asked, const char *now);

#endif
