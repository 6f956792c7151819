// A client made with websocketpp: commands as JSON lines in, events as JSON lines out.

#include "../lib/websocketpp.hpp"

#include <memory>
#include <poll.h>
#include <websocketpp/client.hpp>

using Endpoint = websocketpp::client<websocketpp::config::core_client>;

class Client {
public:
  Client() {
    through(endpoint, [this] { return socket.get(); });
    endpoint.set_open_handler([this](auto) {
      // Its own account of the subprotocol is kept by servers alone.
      tell({{"event", "open"}, {"protocol", connection->get_response_header("Sec-WebSocket-Protocol")}});
    });
    endpoint.set_message_handler([](auto, auto message) {
      if (message->get_opcode() == opcode::text)
        tell({{"event", "text"}, {"text", message->get_payload()}});
      else
        tell({{"event", "binary"}, {"hex", hex(message->get_payload())}});
    });
    endpoint.set_pong_handler([](auto, const std::string &payload) {
      tell({{"event", "pong"}, {"hex", hex(payload)}});
    });
    endpoint.set_fail_handler([this](auto) {
      tell({{"event", "error"}, {"message", connection->get_ec().message()}});
    });
    endpoint.set_close_handler([this](auto) {
      auto code = connection->get_remote_close_code();
      closed(code, connection->get_remote_close_reason(), code != websocketpp::close::status::abnormal_close);
    });
  }

  void run() {
    for (;;) {
      pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {socket ? socket->descriptor : -1, POLLIN, 0}};
      if (::poll(waiting, 2, -1) < 0) return;
      if (waiting[1].revents && !socket->receive(*connection)) socket.reset();
      if (waiting[0].revents && !obey()) return;
    }
  }

private:
  bool obey() {
    char piece[65536];
    ssize_t length = ::read(STDIN_FILENO, piece, sizeof piece);
    if (length <= 0) return false;
    commands.append(piece, size_t(length));
    for (size_t end; (end = commands.find('\n')) != std::string::npos; commands.erase(0, end + 1))
      command(Json::parse(commands.substr(0, end)));
    return true;
  }

  void command(const Json &command) {
    const std::string what = command["do"];
    if (what == "open") open(command);
    else if (what == "text") connection->send(std::string(command["text"]), opcode::text);
    else if (what == "binary") connection->send(bytes(command["hex"]), opcode::binary);
    else if (what == "ping") connection->ping(bytes(command["hex"]));
    else if (what == "pong") connection->pong(bytes(command["hex"]));
    else if (what == "fragments") fragments(command);
    else if (what == "close") connection->close(command.value("code", 0), command.value("reason", ""));
    else if (what == "drop") {
      socket.reset();
      closed(websocketpp::close::status::abnormal_close, "", false);
    }
  }

  void open(const Json &command) {
    websocketpp::lib::error_code error;
    connection = endpoint.get_connection(command["url"], error);
    for (const auto &protocol : command.value("protocols", Json::array())) connection->add_subprotocol(protocol);
    sockaddr_in address = loopback(connection->get_port());
    socket = std::make_unique<Socket>(::socket(AF_INET, SOCK_STREAM, 0));
    if (::connect(socket->descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
      return tell({{"event", "error"}, {"message", "nothing listens"}});
    endpoint.connect(connection);
  }

  /** One message in several frames, with a ping before the last where there is one. */
  void fragments(const Json &command) {
    const auto &parts = command["parts"];
    for (size_t at = 0; at < parts.size(); ++at) {
      bool last = at + 1 == parts.size();
      auto first = command["type"] == "text" ? opcode::text : opcode::binary;
      auto frame = connection->get_message(at == 0 ? first : opcode::continuation, 0);
      frame->set_fin(last);
      frame->set_payload(bytes(parts[at]));
      if (last && command.contains("ping")) connection->ping(bytes(command["ping"]));
      connection->send(frame);
    }
  }

  void closed(int code, const std::string &reason, bool clean) {
    tell({{"event", "closed"}, {"code", code}, {"reason", reason}, {"clean", clean}});
  }

  Endpoint endpoint;
  Endpoint::connection_ptr connection;
  std::unique_ptr<Socket> socket;
  std::string commands;
};

int main() { Client().run(); }
