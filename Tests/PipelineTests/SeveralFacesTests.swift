import Broadcast
import CAllocationCount
import Capture
import FaceCore
import Foundation
import NeuralGraph
import Pipeline
import Settings
import Synchronization
import TestSupport
import Testing

/// Two people before one camera, to the wire.
@Suite struct SeveralFacesTests {
  private static func collage(seconds: Double) throws -> FrameCollage {
    func path(_ name: String) -> String { LivePipelineTests.root.appending(path: "Sessions/\(name).mp4").path }
    return try FrameCollage(
      width: 1280, seconds: seconds, [.init(path("even")) { _ in 0 }, .init(path("glasses")) { _ in 640 }])
  }

  /// What is heard of one face, or by one target.
  private struct Heard {
    var held = 0
    var lastIsHeld = true
    var positions: [Double] = []
  }

  /// What was heard so far, by the face's number or the target's name; `take` is called on the receivers' threads.
  private final class Ear: Sendable {
    private let log = Mutex<[String: Heard]>([:])
    private let news = DispatchSemaphore(value: 0)

    func take(_ address: String, _ arguments: [OSCArgument]) {
      let parts = address.split(separator: "/")
      guard let value = arguments.first?.number else { return }
      log.withLock { log in
        if address == "/VMC/Ext/OK" {
          log["vmc", default: Heard()].held += value == 1 ? 1 : 0
        } else if parts.count == 4, parts[3] == "present" {
          var heard = log[String(parts[2])] ?? Heard()
          heard.held += value == 1 ? 1 : 0
          heard.lastIsHeld = value == 1
          log[String(parts[2])] = heard
        } else if parts.count == 4, parts[3] == "position", value != 0 {
          log[String(parts[2]), default: Heard()].positions.append(value)
        }
      }
      news.signal()
    }

    /// Waits until what was heard is enough; gives up after 20 s without a word.
    func wait(until isEnough: ([String: Heard]) -> Bool) -> [String: Heard] {
      while true {
        let heard = log.withLock { $0 }
        if isEnough(heard) || news.wait(timeout: .now() + 20) == .timedOut { return heard }
      }
    }
  }

  @Test(.inRealTime) func bothFacesAreSentAndEndNeutral() throws {
    let ear = Ear()
    let native = try OSCReceiver(port: 0) { ear.take($0, $1) }
    let vmc = try OSCReceiver(port: 0) { ear.take($0, $1) }
    var second = Target(port: vmc.port, schema: .vmc(.init()))
    second.face = 1
    let sender = try OSCSender(targets: [Target(port: native.port, schema: .native(.init())), second])
    let found = Mutex<Set<Int>>([])
    let failure = Mutex<String?>(nil)
    let pipeline = LivePipeline(sender: sender, wantsSnapshots: false, faces: 2) { event in
      switch event {
      case .presence(true, let face): found.withLock { _ = $0.insert(face) }
      case .failed(let message): failure.withLock { $0 = message }
      default: break
      }
    }
    let factory = try LivePipelineTests.factory()
    pipeline.start(source: try Self.collage(seconds: .infinity)) {
      try factory.makeStage(filters: true, waitsForShaders: false, faces: 2)
    }
    _ = ear.wait { heard in ["0", "1", "vmc"].allSatisfy { heard[$0, default: Heard()].held > 10 } }
    pipeline.stop()
    let heard = ear.wait { heard in ["0", "1"].allSatisfy { heard[$0]?.lastIsHeld == false } }
    withExtendedLifetime((native, vmc)) {}
    #expect(failure.withLock { $0 } == nil && found.withLock { $0 } == [0, 1])
    #expect(heard.keys.sorted() == ["0", "1", "vmc"] && heard.values.allSatisfy { $0.held > 10 })
    let faces = try ["0", "1"].map { try #require(heard[$0]) }
    #expect(faces.allSatisfy { !$0.lastIsHeld })
    // One sits left of the middle, one right of it, all the time.
    let signs = faces.map { Set($0.positions.map { $0 < 0 }) }
    #expect(signs.allSatisfy { $0.count == 1 } && signs[0] != signs[1])
  }

  @Test(.enabled(if: isOptimised), arguments: [1, 2, 3])
  func aFrameAllocatesNothingOnItsWayToTheWire(faces: Int) throws {
    let source = try Self.collage(seconds: 4)
    let stage = try LivePipelineTests.factory().makeStage(filters: true, waitsForShaders: true, faces: faces)
    let peer = try #require(LoopbackPeer())
    var vmc = Target(port: peer.port)
    vmc.face = faces - 1
    let sender = try OSCSender(targets: [Target(port: peer.port, schema: .native(.init())), vmc])
    var counts: [UInt] = []
    while case .frame(let frame) = try source.next() {
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      let before = gurn_allocations()
      try stage.process(plane, at: frame.time)
      for face in 0..<stage.faceCount { sender.send(stage.observations[face], ageSeconds: 0, face: face) }
      counts.append(gurn_allocations() - before)
    }
    #expect((0..<min(2, faces)).allSatisfy { stage.isPresent($0) })
    #expect(counts.count > 100 && counts.dropFirst(30).allSatisfy { $0 == 0 }, "allocations a frame: \(counts)")
  }

  /// Unoptimised Swift puts things on the heap that it does without when it ships; `make test` tests what ships.
  private static let isOptimised: Bool = {
    #if DEBUG
      print("SeveralFacesTests: the count of allocations is skipped, this build is not optimised")
      return false
    #else
      return true
    #endif
  }()
}
