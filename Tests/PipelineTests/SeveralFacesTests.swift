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
    var frames = 0
    var held = 0
    var lastIsHeld = true
    var positions: [Double] = []
  }

  @Test(.inRealTime) func bothFacesAreSentAndEndNeutral() async throws {
    let log = Mutex<[String: Heard]>([:])
    let native = try OSCReceiver(port: 0) { address, arguments in
      let parts = address.split(separator: "/")
      guard parts.count == 4, parts[1] == "face", let value = arguments.first?.number else { return }
      log.withLock { log in
        var heard = log[String(parts[2])] ?? Heard()
        if parts[3] == "present" {
          heard.frames += 1
          heard.lastIsHeld = value == 1
          heard.held += value == 1 ? 1 : 0
        } else if parts[3] == "position", value != 0 {
          heard.positions.append(value)
        }
        log[String(parts[2])] = heard
      }
    }
    let vmc = try OSCReceiver(port: 0) { address, arguments in
      guard address == "/VMC/Ext/OK", let value = arguments.first?.number else { return }
      log.withLock { $0["vmc", default: Heard()].held += value == 1 ? 1 : 0 }
    }
    var second = Target(port: vmc.port, schema: .vmc(.init()))
    second.face = 1
    let sender = try OSCSender(targets: [Target(port: native.port, schema: .native(.init())), second])
    let (ended, continuation) = AsyncStream<String?>.makeStream()
    let found = Mutex<Set<Int>>([])
    let pipeline = LivePipeline(sender: sender, wantsSnapshots: false, faces: 2) { event in
      switch event {
      case .presence(true, let face): found.withLock { _ = $0.insert(face) }
      case .ended: continuation.yield(nil)
      case .failed(let message): continuation.yield(message)
      default: break
      }
    }
    let factory = try LivePipelineTests.factory()
    pipeline.start(source: try Self.collage(seconds: 2)) {
      try factory.makeStage(filters: true, waitsForShaders: false, faces: 2)
    }
    for await failure in ended {
      #expect(failure == nil)
      break
    }
    pipeline.stop()
    let heard = log.withLock { $0 }
    withExtendedLifetime((native, vmc)) {}
    #expect(found.withLock { $0 } == [0, 1])
    let faces = try ["0", "1"].map { try #require(heard[$0]) }
    #expect(faces.allSatisfy { $0.frames > 20 && $0.held > 10 && !$0.lastIsHeld })
    #expect(heard["0"]?.frames == heard["1"]?.frames && heard["2"] == nil)
    // One sits left of the middle, one right of it, all the time.
    let signs = faces.map { Set($0.positions.map { $0 < 0 }) }
    #expect(signs.allSatisfy { $0.count == 1 } && signs[0] != signs[1])
    #expect(try #require(heard["vmc"]).held > 10)
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
