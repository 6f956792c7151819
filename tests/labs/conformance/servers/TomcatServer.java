// Tomcat. Its limit for a message is 8 KiB by default.
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.tomcat.websocket.server.WsContextListener;

public class TomcatServer {
    static final int LIMIT = 16 << 20;

    @ServerEndpoint("/")
    public static class Echo {
        @OnMessage(maxMessageSize = LIMIT)
        public void text(Session session, String text) throws IOException {
            session.getBasicRemote().sendText(text);
        }

        @OnMessage(maxMessageSize = LIMIT)
        public void binary(Session session, ByteBuffer bytes) throws IOException {
            session.getBasicRemote().sendBinary(bytes);
        }
    }

    public static class Listener extends WsContextListener {
        @Override
        public void contextInitialized(jakarta.servlet.ServletContextEvent event) {
            super.contextInitialized(event);
            String name = ServerContainer.class.getName();
            ServerContainer container = (ServerContainer) event.getServletContext().getAttribute(name);
            try {
                container.addEndpoint(Echo.class);
            } catch (jakarta.websocket.DeploymentException error) {
                throw new IllegalStateException(error);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(ServerInfo.getServerNumber());
        Logger.getLogger("org.apache").setLevel(Level.OFF);
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(System.getProperty("java.io.tmpdir") + "/tomcat-" + arguments[0]);
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(Integer.parseInt(arguments[0]));
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        context.addApplicationListener(Listener.class.getName());
        Tomcat.addServlet(context, "default", new org.apache.catalina.servlets.DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        tomcat.start();
        tomcat.getServer().await();
    }
}
