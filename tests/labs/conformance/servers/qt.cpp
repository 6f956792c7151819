// Qt WebSockets.
#include <cstdlib>
#include <iostream>

#include <QCoreApplication>
#include <QHostAddress>
#include <QWebSocket>
#include <QWebSocketServer>

int main(int count, char **arguments) {
  QCoreApplication application{count, arguments};
  std::cout << qVersion() << std::endl;
  QWebSocketServer server{"echo", QWebSocketServer::NonSecureMode};
  QObject::connect(&server, &QWebSocketServer::newConnection, [&] {
    QWebSocket *socket = server.nextPendingConnection();
    QObject::connect(socket, &QWebSocket::textMessageReceived, [=](const QString &text) { socket->sendTextMessage(text); });
    QObject::connect(socket, &QWebSocket::binaryMessageReceived, [=](const QByteArray &bytes) { socket->sendBinaryMessage(bytes); });
    QObject::connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
  });
  if (!server.listen(QHostAddress::LocalHost, static_cast<quint16>(std::atoi(arguments[1]))))
    return 1;
  return application.exec();
}
