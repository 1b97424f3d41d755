import CMosquitto
import Foundation
import Glibc

/// One connection to a broker through libmosquitto, MQTT 3.1.1, with the last will that the status becomes `offline`.
///
/// For one thread, which calls ``step()`` whenever the socket is ready and at least once a second.
final class BrokerConnection {
  /// How often the broker has to give a sign of life, seconds; it takes a client for gone after one and a half times that.
  private static let keepAliveSeconds: Int32 = 10
  /// What may wait unsent in the kernel, bytes: about two frames, so that what arrives after a stall is new.
  private static let unsentBytes: Int32 = 4096

  private static let isInitialised = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.code

  private let client: OpaquePointer
  private var answer: Int32?
  private var acknowledged: Int32?

  /// Begins to connect. May wait for the name to be looked up.
  init(to broker: BrokerAddress) throws(BrokerError) {
    guard Self.isInitialised, let client = mosquitto_new("gurn-\(broker.actor)", true, nil) else {
      throw .unusable(what: "libmosquitto", reason: String(cString: strerror(errno)))
    }
    self.client = client
    mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
    mosquitto_connect_callback_set(client) { _, connection, code in
      BrokerConnection.from(connection)?.answer = code
    }
    mosquitto_publish_callback_set(client) { _, connection, message in
      BrokerConnection.from(connection)?.acknowledged = message
    }
    let will = Array("offline".utf8)
    try check("the topic \(broker.statusTopic)", mosquitto_will_set(client, broker.statusTopic, 7, will, 1, true))
    try logIn(broker)
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)
    let code = mosquitto_connect_async(client, broker.host, Int32(broker.port), Self.keepAliveSeconds)
    guard code == MOSQ_ERR_SUCCESS.code else { throw .unreachable(reason: Self.reason(code)) }
    var limit = Self.unsentBytes
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &limit, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { mosquitto_destroy(client) }

  /// The socket to poll.
  var socket: Int32 { mosquitto_socket(client) }

  /// Whether something waits to be written: the socket is to be polled for that, and no frame to be published.
  var isBusy: Bool { mosquitto_want_write(client) }

  /// Whether the broker has taken the client in.
  var isAccepted: Bool { answer == 0 }

  /// Reads and writes what can be without waiting, and keeps the connection alive.
  func step() throws(BrokerError) {
    let code = mosquitto_loop(client, 0, 1)
    if let answer, answer != 0 { throw .refused(reason: String(cString: mosquitto_connack_string(answer))) }
    guard code == MOSQ_ERR_SUCCESS.code else {
      throw isAccepted ? .lost(reason: Self.reason(code)) : .unreachable(reason: Self.reason(code))
    }
  }

  /// Publishes a frame: once, to whoever listens now.
  func publish(_ payload: [UInt8], to topic: String) throws(BrokerError) {
    try publish(payload, to: topic, quality: 0, isRetained: false)
  }

  /// Publishes a retained text for those who come later; ``isAcknowledged(_:)`` says when the broker has it.
  @discardableResult func retain(_ text: String, at topic: String) throws(BrokerError) -> Int32 {
    try publish(Array(text.utf8), to: topic, quality: 1, isRetained: true)
  }

  /// Whether the broker has the message of ``retain(_:at:)``.
  func isAcknowledged(_ message: Int32) -> Bool { acknowledged == message }

  /// Says good-bye, which takes the will back.
  func disconnect() { mosquitto_disconnect(client) }

  @discardableResult private func publish(
    _ payload: [UInt8], to topic: String, quality: Int32, isRetained: Bool
  ) throws(BrokerError) -> Int32 {
    var message: Int32 = 0
    let code = mosquitto_publish(client, &message, topic, Int32(payload.count), payload, quality, isRetained)
    guard code == MOSQ_ERR_SUCCESS.code else { throw .lost(reason: Self.reason(code)) }
    return message
  }

  private func logIn(_ broker: BrokerAddress) throws(BrokerError) {
    if let username = broker.username {
      let password = try broker.passwordFile.map { path throws(BrokerError) in try Self.firstLine(of: path) }
      try check("the username", mosquitto_username_pw_set(client, username, password))
    }
    if let file = broker.certificateFile {
      _ = try Self.firstLine(of: file)
      try check(file, mosquitto_tls_set(client, file, nil, nil, nil, nil))
    }
  }

  private static func firstLine(of path: String) throws(BrokerError) -> String {
    guard access(path, R_OK) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadable(path: path, reason: "it is no UTF-8 text")
    }
    return String(text.prefix { !$0.isNewline })
  }

  private func check(_ what: String, _ code: Int32) throws(BrokerError) {
    guard code == MOSQ_ERR_SUCCESS.code else { throw .unusable(what: what, reason: Self.reason(code)) }
  }

  private static func reason(_ code: Int32) -> String {
    guard code != MOSQ_ERR_ERRNO.code else { return String(cString: strerror(errno)) }
    let text = String(cString: mosquitto_strerror(code))
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> BrokerConnection? {
    pointer.map { Unmanaged<BrokerConnection>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension mosq_err_t {
  /// The value as the library's functions return it.
  fileprivate var code: Int32 { Int32(rawValue) }
}
