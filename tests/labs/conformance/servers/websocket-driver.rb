# frozen_string_literal: true

# The gem websocket-driver (Debian's ruby-websocket-driver), with a thread for each connection.
require 'socket'
require 'websocket/driver'

# What the driver writes to.
class Connection
  def initialize(socket)
    @socket = socket
    @driver = WebSocket::Driver.server(self)
    @driver.on(:connect) { WebSocket::Driver.websocket?(@driver.env) ? @driver.start : refuse }
    @driver.on(:message) { |event| event.data.is_a?(String) ? @driver.text(event.data) : @driver.binary(event.data) }
    @driver.on(:close) { @done = true }
  end

  def write(bytes)
    @socket.write(bytes)
  end

  def refuse
    write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    @done = true
  end

  def run
    @driver.parse(@socket.readpartial(65_536)) until @done
  rescue IOError, SystemCallError
    nil
  ensure
    @socket.close
  end
end

puts Gem::Specification.find_by_name('websocket-driver').version
$stdout.flush
server = TCPServer.new('127.0.0.1', Integer(ARGV[0]))
loop { Thread.new(server.accept) { |socket| Connection.new(socket).run } }
