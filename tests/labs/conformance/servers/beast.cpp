// Boost.Beast, with a thread for each connection.
#include <cstdlib>
#include <iostream>
#include <thread>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/version.hpp>

namespace net = boost::asio;
namespace beast = boost::beast;
using net::ip::tcp;

static void echo(tcp::socket stream) {
  try {
    beast::websocket::stream<tcp::socket> socket{std::move(stream)};
    socket.accept();
    for (;;) {
      beast::flat_buffer message;
      socket.read(message);
      socket.text(socket.got_text());
      socket.write(message.data());
    }
  } catch (const boost::system::system_error &) {
  }
}

int main(int, char **arguments) {
  std::cout << "in Boost " << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000 << std::endl;
  net::io_context context{1};
  tcp::acceptor acceptor{context, {net::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::atoi(arguments[1]))}};
  for (;;) {
    tcp::socket stream{context};
    acceptor.accept(stream);
    std::thread{echo, std::move(stream)}.detach();
  }
}
