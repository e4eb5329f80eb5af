#include "http/wire.h"

#include <string.h>
#include <strings.h>

#include "http/bytes.h"
#include "http/limits.h"

#define METHOD_MAX_BYTES  32
#define LENGTH_MAX_DIGITS 18 /* any such number fits */
#define FIRST_VISIBLE     0x21

static const char version_text[] = "HTTP/1.1";

/* What is still wanted of a request line and of an empty head, from any place in them. */
static const char *rest_of(const struct wire *w)
{
    static const char whole[] = "- ? HTTP/1.1\r\n\r\n";
    enum { METHOD_END = 1, TARGET = 2, TARGET_END = 3, VERSION = 4, LINE_CR = 12, FIELD = 14 };
    switch (w->state) {
    case WIRE_START:
        return whole;
    case WIRE_BLANK_LF:
        return "\n- ? HTTP/1.1\r\n\r\n";
    case WIRE_METHOD:
        return whole + METHOD_END;
    case WIRE_TARGET:
        return whole + (w->at == 0 ? TARGET : TARGET_END);
    case WIRE_VERSION:
        return whole + VERSION + w->at;
    case WIRE_FIELD:
        return whole + FIELD;
    case WIRE_NAME:
        return ":0\r\n\r\n"; /* if it is Content-Length, with a number */
    case WIRE_LENGTH:
        return w->at == 0 ? "0\r\n\r\n" : whole + LINE_CR;
    case WIRE_VALUE:
        return whole + LINE_CR;
    case WIRE_LINE_LF:
    case WIRE_FIELD_LF:
        return whole + LINE_CR + 1;
    case WIRE_END_LF:
    case WIRE_BODY:
        break;
    }
    return "\n";
}

static bool refuse(struct wire *w, int status, const char *fault)
{
    w->status = status;
    w->fault = fault;
    w->rest = rest_of(w);
    return false;
}

static bool refuse_size(struct wire *w)
{
    return refuse(w, 431, "the request has too many or too long header fields");
}

static bool enter(struct wire *w, enum wire_state state)
{
    w->state = state;
    w->at = 0;
    return true;
}

/* ---- the request line ---- */

static bool begin_request(struct wire *w)
{
    w->had_blank = false;
    w->has_length = false;
    w->field_count = 0;
    w->body_left = 0;
    return true;
}

static bool read_start(struct wire *w, char c)
{
    if (c == '\r' && !w->had_blank) {
        w->had_blank = true;
        return enter(w, WIRE_BLANK_LF);
    }
    if (!byte_is(c, BYTE_TOKEN)) {
        return refuse(w, 400, "a request begins with its method");
    }
    (void)enter(w, WIRE_METHOD);
    w->at = 1;
    return begin_request(w);
}

static bool read_method(struct wire *w, char c)
{
    if (c == ' ') {
        return enter(w, WIRE_TARGET);
    }
    w->at++;
    return (byte_is(c, BYTE_TOKEN) && w->at <= METHOD_MAX_BYTES) ||
           refuse(w, 400, "the method is malformed");
}

static bool is_target_byte(char c)
{
    return (unsigned char)c >= FIRST_VISIBLE && c != 0x7f;
}

/* Which bytes a target may hold, uri_check() says better: here it must only end where it seems to.
 */
static bool read_target(struct wire *w, char c)
{
    if (c == ' ' && w->at > 0) {
        w->head_bytes = (size_t)w->at;
        return enter(w, WIRE_VERSION);
    }
    if (!is_target_byte(c)) {
        return refuse(w, 400, "the request line is malformed");
    }
    if (w->at == HTTP_URI_MAX_BYTES) {
        return refuse(w, 414, "the request target is too long");
    }
    w->at++;
    return true;
}

static bool read_version(struct wire *w, char c)
{
    static const int major = 5, minor = 7, end = sizeof version_text - 1;
    bool is_digit = c >= '0' && c <= '9';
    if (w->at == end) {
        return c == '\r' ? enter(w, WIRE_LINE_LF) : refuse(w, 400, "the request line is malformed");
    }
    if (c != version_text[w->at] && !(w->at == minor && c == '0')) {
        return is_digit && (w->at == major || w->at == minor)
                   ? refuse(w, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
                   : refuse(w, 400, "the request line is malformed");
    }
    w->at++;
    return true;
}

/* ---- header fields ---- */

/* Names that are more than bytes here; each a bit of w->names while it may be the one that is read.
 */
enum { NAME_LENGTH, NAME_CODING, NAME_COOKIE, NAMES };
static const struct {
    const char *text;
    int len;
} known[NAMES] = {[NAME_LENGTH] = {"content-length", 14},
                  [NAME_CODING] = {"transfer-encoding", 17},
                  [NAME_COOKIE] = {"cookie", 6}};

static void compare_names(struct wire *w, char c)
{
    char lower = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    for (int i = 0; i < NAMES; i++) {
        if (w->at >= known[i].len || known[i].text[w->at] != lower) {
            w->names &= ~(1u << i);
        }
    }
}

static bool is_named(const struct wire *w, int i)
{
    return (w->names & 1u << i) != 0 && w->at == known[i].len;
}

static bool end_name(struct wire *w)
{
    w->is_cookie = is_named(w, NAME_COOKIE);
    if (is_named(w, NAME_CODING)) {
        return refuse(w, 501, "transfer codings are not supported");
    }
    if (!is_named(w, NAME_LENGTH)) {
        return enter(w, WIRE_VALUE);
    }
    if (w->has_length) {
        return refuse(w, 400, "the request has more than one Content-Length");
    }
    w->has_length = true;
    return enter(w, WIRE_LENGTH);
}

static bool read_name(struct wire *w, char c)
{
    if (c == ':') {
        return end_name(w);
    }
    if (!byte_is(c, BYTE_TOKEN)) {
        return refuse(w, 400, "a header name is malformed");
    }
    compare_names(w, c);
    w->at++;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* At the start of a line of fields, or at the empty one that ends them. */
static bool read_field(struct wire *w, char c)
{
    if (c == '\r') {
        return enter(w, WIRE_END_LF);
    }
    if (is_blank(c)) {
        return refuse(w, 400, "a header line is folded");
    }
    if (!byte_is(c, BYTE_TOKEN)) {
        return refuse(w, 400, "a header name is malformed");
    }
    if (w->field_count == HTTP_HEADERS_MAX) {
        return refuse_size(w);
    }
    w->field_count++;
    w->head_bytes += HTTP_FIELD_BYTES;
    w->names = (1u << NAMES) - 1;
    (void)enter(w, WIRE_NAME);
    return read_name(w, c);
}

static bool is_value_byte(char c)
{
    return ((unsigned char)c >= 0x20 && c != 0x7f) || c == '\t';
}

static bool read_value(struct wire *w, char c)
{
    if (c == '\r') {
        return enter(w, WIRE_FIELD_LF);
    }
    if (c == '\n') {
        return refuse(w, 400, "a line must end in CR LF");
    }
    if (!is_value_byte(c)) {
        return refuse(w, 400, "a header value holds a control byte");
    }
    return w->at < HTTP_HEADER_MAX_BYTES || refuse_size(w);
}

static bool read_length(struct wire *w, char c)
{
    if (c >= '0' && c <= '9') {
        if (w->at == LENGTH_MAX_DIGITS) {
            return refuse(w, 413, "the request's body is too large");
        }
        w->at++;
        w->body_left = w->body_left * 10 + (uint64_t)(c - '0');
        return true;
    }
    if (is_blank(c) && w->at == 0) {
        return true;
    }
    return c == '\r' && w->at > 0 ? enter(w, WIRE_FIELD_LF)
                                  : refuse(w, 400, "the Content-Length is malformed");
}

/* ---- ends ---- */

static bool read_lf(struct wire *w, char c, enum wire_state next)
{
    if (c != '\n') {
        return refuse(w, 400, "a line must end in CR LF");
    }
    if (w->state == WIRE_END_LF) {
        w->heads++;
    }
    return enter(w, next);
}

static bool read_byte(struct wire *w, char c)
{
    switch (w->state) {
    case WIRE_START:
        return read_start(w, c);
    case WIRE_BLANK_LF:
        return read_lf(w, c, WIRE_START);
    case WIRE_METHOD:
        return read_method(w, c);
    case WIRE_TARGET:
        return read_target(w, c);
    case WIRE_VERSION:
        return read_version(w, c);
    case WIRE_LINE_LF:
    case WIRE_FIELD_LF:
        return read_lf(w, c, WIRE_FIELD);
    case WIRE_FIELD:
        return read_field(w, c);
    case WIRE_NAME:
        return read_name(w, c);
    case WIRE_VALUE:
        return read_value(w, c);
    case WIRE_LENGTH:
        return read_length(w, c);
    case WIRE_END_LF:
        return read_lf(w, c, w->body_left > 0 ? WIRE_BODY : WIRE_START);
    case WIRE_BODY:
        break; /* wire_read() passes over bodies */
    }
    return true;
}

/* Where the library's memory would be full it refuses by itself, and sends that head twice. */
static size_t room_of(const struct wire *w)
{
    return w->head_bytes < HTTP_HEAD_MAX_BYTES ? HTTP_HEAD_MAX_BYTES - w->head_bytes : 0;
}

static bool read_bounded(struct wire *w, char c)
{
    if (w->state >= WIRE_FIELD && w->state <= WIRE_FIELD_LF) {
        if (room_of(w) == 0) {
            return refuse_size(w);
        }
        w->head_bytes++;
    }
    return read_byte(w, c);
}

static size_t pass_body(struct wire *w, size_t len)
{
    size_t passed = w->body_left < len ? (size_t)w->body_left : len;
    w->body_left -= passed;
    if (w->body_left == 0) {
        (void)enter(w, WIRE_START);
    }
    return passed;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Cookies, which nobody here asks for, are blanked. */
static size_t pass_value(struct wire *w, char *bytes, size_t len)
{
    size_t n = 0;
    size_t most = smaller(smaller(len, room_of(w)), (size_t)(HTTP_HEADER_MAX_BYTES - w->at));
    while (n < most && is_value_byte(bytes[n]) && (w->at > 0 || !is_blank(bytes[n]))) {
        n++;
    }
    if (w->is_cookie) {
        memset(bytes, ' ', n);
    }
    w->head_bytes += n;
    w->at += (int)n;
    return n;
}

/* ---- whole lines ---- */

/* Those that came whole and that are as most are, which every request has: in one go. What else
 * there is, wrong or only rare, is left to read_bounded(), byte by byte, by the same rules.
 * @return the bytes of the line; 0 = it is left. */
static size_t pass_request_line(struct wire *w, const char *bytes, size_t len)
{
    static const char tail[] = " HTTP/1.1\r\n";
    size_t method = byte_span(bytes, smaller(len, METHOD_MAX_BYTES), BYTE_TOKEN);
    if (method == 0 || method == len || bytes[method] != ' ') {
        return 0;
    }
    size_t target = byte_span_from(FIRST_VISIBLE, bytes + method + 1, len - method - 1);
    size_t end = method + 1 + target;
    if (target == 0 || target > HTTP_URI_MAX_BYTES || len - end < sizeof tail - 1 ||
        memcmp(bytes + end, tail, sizeof tail - 1) != 0) {
        return 0;
    }
    w->head_bytes = target;
    (void)begin_request(w);
    (void)enter(w, WIRE_FIELD);
    return end + sizeof tail - 1;
}

static bool is_name(const char *bytes, size_t len, int i)
{
    return len == (size_t)known[i].len && strncasecmp(bytes, known[i].text, len) == 0;
}

static size_t pass_field_line(struct wire *w, char *bytes, size_t len)
{
    size_t name = byte_span(bytes, len, BYTE_TOKEN);
    if (name == 0 || name == len || bytes[name] != ':' || is_name(bytes, name, NAME_LENGTH) ||
        is_name(bytes, name, NAME_CODING)) {
        return 0;
    }
    size_t value = name + 1;
    while (value < len && is_blank(bytes[value])) {
        value++;
    }
    size_t value_len = byte_span_from(' ', bytes + value, len - value);
    size_t end = value + value_len;
    if (value_len > HTTP_HEADER_MAX_BYTES || len - end < 2 || bytes[end] != '\r' ||
        bytes[end + 1] != '\n' || w->field_count == HTTP_HEADERS_MAX ||
        HTTP_FIELD_BYTES + end + 2 > room_of(w)) {
        return 0;
    }
    if (is_name(bytes, name, NAME_COOKIE)) {
        memset(bytes + value, ' ', value_len);
    }
    w->field_count++;
    w->head_bytes += HTTP_FIELD_BYTES + end + 2;
    return end + 2; /* and at the start of a line again */
}

/* Bytes in one go. @return how many; what stands behind them is for read_bounded(). */
static size_t pass_inside(struct wire *w, char *bytes, size_t len)
{
    switch (w->state) {
    case WIRE_START:
        return pass_request_line(w, bytes, len);
    case WIRE_FIELD:
        return pass_field_line(w, bytes, len);
    case WIRE_VALUE:
        return pass_value(w, bytes, len);
    case WIRE_BODY:
        return pass_body(w, len);
    default:
        return 0;
    }
}

size_t wire_read(struct wire *w, char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t passed = pass_inside(w, bytes + at, len - at);
        if (passed == 0 && !read_bounded(w, bytes[at])) {
            break;
        }
        at += passed > 0 ? passed : 1;
    }
    return at;
}

size_t wire_take_rest(struct wire *w, char *out, size_t size)
{
    size_t len = strlen(w->rest);
    size_t taken = len < size ? len : size;
    memcpy(out, w->rest, taken);
    w->rest += taken;
    return taken;
}
