import FaceCore
import Foundation
import Glibc
import Logging
import MQTT
import Settings
import Synchronization

/// The daemon's publisher to an MQTT broker: outlives pipelines, and is replaced when a reload changes its configuration.
final class DaemonMQTT: Sendable {
  private let publisher = Mutex<MQTTPublisher?>(nil)
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  /// Whether frames are published, or will be as soon as the broker is there.
  var isOn: Bool { publisher.withLock { $0 != nil } }

  /// How the connection stands, nil without one.
  var status: String? { publisher.withLock { $0 }?.status }

  /// Leaves a frame for the broker. For the frame path: waits for nobody, allocates nothing.
  func publish(_ faces: [FaceObservation], ageSeconds: Double) {
    guard let publisher = publisher.withLock({ $0 }) else { return }
    for face in faces.indices { publisher.publish(faces[face], ageSeconds: ageSeconds, face: face) }
  }

  /// Takes leave of the broker that there is and connects to the one that the configuration names, if any.
  func open(_ configuration: MQTTConfiguration) {
    close()
    guard let host = configuration.host else { return }
    var broker = BrokerAddress(
      host: host, port: configuration.port, prefix: configuration.prefix, actor: configuration.actorName)
    broker.username = configuration.username
    broker.passwordFile = configuration.passwordFile
    broker.certificateFile = configuration.certificateFile
    let place = "MQTT: \(host):\(configuration.port)"
    let topics = "\(broker.prefix)/\(broker.actor)/…"
    let new = MQTTPublisher(broker) { [logger] event in
      switch event {
      case .connected: logger.info("\(place): connected; topics \(topics)")
      case .waiting(let reason): logger.warning("\(place): \(reason); trying again")
      }
    }
    if new == nil { logger.warning("\(place): going on without: \(String(cString: strerror(errno)))") }
    publisher.withLock { $0 = new }
  }

  /// Publishes what waits, and that the actor is gone.
  func close() {
    let open = publisher.withLock { publisher in
      defer { publisher = nil }
      return publisher
    }
    open?.stop()
  }
}
