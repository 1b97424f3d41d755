import FaceCore
import Glibc

/// A camera that is open and streams.
protocol Camera: AnyObject {
  /// The card's name.
  var description: String { get }
  /// Frames a second as granted, 0 when unknown.
  var nominalRate: Double { get }
  var account: FrameAccount { get }

  /// The next frame, valid until the next call; nil when none came in time.
  func read(timeout: Duration) throws(CaptureError) -> Frame?
  /// See ``LendingSource``.
  func lend(_ isLending: Bool)
  var lendingProblem: String? { get }
}

/// A camera as a source that never ends: one that is missing, busy, unplugged or silent is waited for and opened again.
///
/// Used from one thread only. A call blocks for at most half a second.
package final class CameraSource: LendingSource {
  package let name: String
  package var isLive: Bool { true }
  package var damagedFrames: Int { account.damaged }
  package var frameCount: Int? { nil }
  /// The card's name, before the first opening the name that was asked for.
  package private(set) var description: String
  package private(set) var nominalRate = 0.0
  /// How often a camera was opened.
  package private(set) var openings = 0
  /// Frames delivered, missed and damaged since the start, all openings together.
  package var account: FrameAccount { past + (camera?.account ?? FrameAccount()) }

  /// How the source reaches the world; tests have their own.
  struct World {
    var open: () throws(CaptureError) -> any Camera
    var now: () -> CaptureTime
    /// Waits, at most so long; true as soon as a video device came.
    var wait: (Duration) -> Bool
  }

  private static let patience = Duration.milliseconds(500)
  /// A camera that another program lets go makes no event.
  private static let retryInterval = Duration.milliseconds(500)
  /// A device that came is not ready at once: its links and permissions follow.
  private static let arrivalInterval = Duration.milliseconds(100)
  private static let arrivalTime = Duration.seconds(3)
  private static let silenceLimit = Duration.seconds(2)

  private let world: World
  private var camera: (any Camera)?
  private var past = FrameAccount()
  private var nextOpening: CaptureTime
  private var lastFrame: CaptureTime
  private var lastArrival: CaptureTime?
  private var damagedAtFrame = 0
  private var reason = ""
  private var isLending = false

  /// `name` is what ``CameraList/choose(_:)`` takes; nothing is opened before the first ``next()``.
  package convenience init(name: String, request: CameraRequest = CameraRequest()) {
    let events = DeviceEvents()
    self.init(
      name: name,
      world: World(
        open: { () throws(CaptureError) in try V4L2Camera.open(name, in: .scan(), request: request) },
        now: { .now }, wait: { events.wait($0) }))
  }

  init(name: String, world: World) {
    self.name = name
    self.world = world
    description = name
    nextOpening = world.now()
    lastFrame = nextOpening
  }

  package var lendingProblem: String? { camera?.lendingProblem }

  package func lend(_ isLending: Bool) {
    guard isLending != self.isLending else { return }
    self.isLending = isLending
    camera?.lend(isLending)
  }

  package func next() -> FrameRead {
    guard let camera = camera ?? reopen() else { return .waiting(reason: reason) }
    do {
      if let frame = try camera.read(timeout: Self.patience) {
        lastFrame = world.now()
        damagedAtFrame = camera.account.damaged
        return .frame(frame)
      }
      guard world.now() >= lastFrame + Self.silenceLimit else { return .late }
      let isDamaged = camera.account.damaged > damagedAtFrame
      reason = "\(camera.description) sends \(isDamaged ? "only damaged frames" : "no frames")"
      close(retryAfter: .zero)
    } catch {
      reason = error.description
      close(retryAfter: Self.retryInterval)
    }
    return .waiting(reason: reason)
  }

  /// Opens the camera when it is time to, and waits for that time for as long as a call may last.
  private func reopen() -> (any Camera)? {
    let now = world.now()
    if now < nextOpening {
      if world.wait(min(.nanoseconds(nextOpening.nanoseconds - now.nanoseconds), Self.patience)) {
        lastArrival = world.now()
        nextOpening = world.now()
      }
      guard world.now() >= nextOpening else { return nil }
    }
    do {
      let camera = try world.open()
      camera.lend(isLending)
      openings += 1
      (description, nominalRate) = (camera.description, camera.nominalRate)
      lastFrame = world.now()
      (damagedAtFrame, lastArrival) = (0, nil)
      self.camera = camera
      return camera
    } catch {
      reason = error.description
      let isArriving = lastArrival.map { world.now() < $0 + Self.arrivalTime } ?? false
      nextOpening = world.now() + (isArriving ? Self.arrivalInterval : Self.retryInterval)
      return nil
    }
  }

  private func close(retryAfter delay: Duration) {
    if let camera { past = past + camera.account }
    camera = nil
    nextOpening = world.now() + delay
  }
}
