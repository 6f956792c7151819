/* libwebsockets. It hands on pieces, so a message is put together before it is echoed. It is told to check text, which
 * it does not by default. */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
  unsigned char *bytes; /* LWS_PRE bytes of room, then the message */
  size_t length;
  int binary;
  struct reply *first, **last;
};

struct reply {
  struct reply *next;
  unsigned char *bytes;
  size_t length;
  int binary;
};

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length) {
  struct session *session = user;
  struct reply *reply;
  switch (reason) {
  case LWS_CALLBACK_ESTABLISHED:
    memset(session, 0, sizeof *session);
    session->last = &session->first;
    break;
  case LWS_CALLBACK_RECEIVE:
    if (lws_is_first_fragment(wsi))
      session->binary = lws_frame_is_binary(wsi);
    session->bytes = realloc(session->bytes, LWS_PRE + session->length + length + 1);
    memcpy(session->bytes + LWS_PRE + session->length, in, length);
    session->length += length;
    if (lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi)) {
      reply = malloc(sizeof *reply);
      *reply = (struct reply){NULL, session->bytes, session->length, session->binary};
      *session->last = reply;
      session->last = &reply->next;
      session->bytes = NULL;
      session->length = 0;
      lws_callback_on_writable(wsi);
    }
    break;
  case LWS_CALLBACK_SERVER_WRITEABLE:
    reply = session->first;
    if (!reply)
      break;
    if (lws_write(wsi, reply->bytes + LWS_PRE, reply->length, reply->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < (int)reply->length)
      return -1;
    session->first = reply->next;
    if (!session->first)
      session->last = &session->first;
    free(reply->bytes);
    free(reply);
    if (session->first)
      lws_callback_on_writable(wsi);
    break;
  default:
    return lws_callback_http_dummy(wsi, reason, user, in, length);
  }
  return 0;
}

int main(int count, char **arguments) {
  struct lws_protocols protocols[] = {{"", echo, sizeof(struct session), 65536, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};
  struct lws_context_creation_info info;
  struct lws_context *context;
  (void)count;
  printf("%s\n", lws_get_library_version());
  fflush(stdout);
  lws_set_log_level(0, NULL);
  memset(&info, 0, sizeof info);
  info.port = atoi(arguments[1]);
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.options = LWS_SERVER_OPTION_VALIDATE_UTF8;
  info.gid = info.uid = (unsigned)-1;
  context = lws_create_context(&info);
  while (context && lws_service(context, 0) >= 0)
    ;
}
