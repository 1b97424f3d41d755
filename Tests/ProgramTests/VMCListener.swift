import Broadcast
import Synchronization

/// Hears a VMC stream and keeps the face of its last complete frame.
final class VMCListener: Sendable {
  struct Stream {
    var frames = 0
    /// The last complete frame's values by name.
    var weights: [String: Double] = [:]
    fileprivate var arriving: [String: Double] = [:]

    var strongest: Double { weights.values.max() ?? 0 }
  }

  private final class Memory: Sendable {
    let stream = Mutex(Stream())
  }

  private let memory = Memory()
  private let receiver: OSCReceiver
  /// Yields for every frame in which a blendshape is above a half.
  let expressiveFrames: AsyncStream<Void>

  var port: Int { receiver.port }
  var stream: Stream { memory.stream.withLock { $0 } }

  init() throws {
    let (frames, continuation) = AsyncStream<Void>.makeStream()
    expressiveFrames = frames
    receiver = try OSCReceiver(port: 0) { [memory] address, arguments in
      memory.stream.withLock { stream in
        switch address {
        case "/VMC/Ext/Blend/Val":
          guard case .string(let name)? = arguments.first, let value = arguments.last?.number else { return }
          stream.arriving[name] = value
        case "/VMC/Ext/Blend/Apply":
          stream.frames += 1
          (stream.weights, stream.arriving) = (stream.arriving, [:])
          if stream.strongest > 0.5 { continuation.yield() }
        default: break
        }
      }
    }
  }

  /// Waits for a face that moves.
  func hearExpression() async {
    for await _ in expressiveFrames { return }
  }
}
