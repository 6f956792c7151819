# frozen_string_literal: true

# The gem em-websocket (Debian's ruby-em-websocket).
require 'em-websocket'

puts Gem::Specification.find_by_name('em-websocket').version
$stdout.flush
EM.run do
  EM::WebSocket.run(host: '127.0.0.1', port: Integer(ARGV[0])) do |socket|
    socket.onmessage { |text| socket.send_text(text.dup) }
    socket.onbinary { |bytes| socket.send_binary(bytes) }
    socket.onerror { |_error| nil }
  end
end
