// Jetty. Its limit for a message is 64 KiB by default.
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Jetty;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.annotations.OnWebSocketMessage;
import org.eclipse.jetty.websocket.api.annotations.WebSocket;
import org.eclipse.jetty.websocket.server.WebSocketHandler;
import org.eclipse.jetty.websocket.servlet.WebSocketServletFactory;

public class JettyServer {
    static final int LIMIT = 16 << 20;

    @WebSocket(maxTextMessageSize = LIMIT, maxBinaryMessageSize = LIMIT)
    public static class Echo {
        @OnWebSocketMessage
        public void text(Session session, String text) throws IOException {
            session.getRemote().sendString(text);
        }

        @OnWebSocketMessage
        public void binary(Session session, byte[] bytes, int offset, int length) throws IOException {
            session.getRemote().sendBytes(ByteBuffer.wrap(bytes, offset, length));
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(Jetty.VERSION);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(connector);
        server.setHandler(new WebSocketHandler() {
            @Override
            public void configure(WebSocketServletFactory factory) {
                factory.register(Echo.class);
            }
        });
        server.start();
        server.join();
    }
}
