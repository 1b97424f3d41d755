import Capture
import FaceCore
import FaceTracking
import Foundation
import GLES
import NeuralGraph
import ShaderInference
import TestSupport
import Testing

/// The shipped networks on a shipped clip: shaders and CPU must say the same.
@Suite struct BackendAgreementTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let hasGL: Bool = {
    if (try? GLContext()) != nil { return true }
    print("BackendAgreementTests: skipped, this machine gives no OpenGL ES 3 context")
    return false
  }()

  static func networks() throws -> FaceNetworks { try FaceNetworks(folder: root.appending(path: "Models/full").path()) }

  /// Readings of the first frames of a clip.
  static func readings(
    _ networks: FaceNetworks, _ backend: any InferenceBackend, of path: String = "Tests/Fixtures/speech.mp4"
  ) throws -> [FaceTracker.Reading] {
    let tracker = FaceTracker(networks: networks, backend: backend, configuration: .init())
    let clip = try VideoFile(path: root.appending(path: path).path())
    var readings: [FaceTracker.Reading] = []
    while readings.count < 12, case .frame(let frame) = try clip.next() {
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      readings.append(try tracker.read(plane, at: frame.time))
    }
    return readings
  }

  @Test(.enabled(if: hasGL)) func shadersAndCPUAgreeWithinATwoHundredth() throws {
    let networks = try Self.networks()
    let cpu = try Self.readings(networks, SIMDBackend(networks: networks))
    let gpu = try Self.readings(networks, ShaderBackend(networks: networks))
    #expect(cpu.count == 12 && gpu.count == 12)
    var worst: (difference: Float, frame: Int, channel: Blendshape) = (0, 0, .jawOpen)
    for (index, (a, b)) in zip(cpu, gpu).enumerated() {
      #expect(a.observation.isPresent && b.observation.isPresent)
      for channel in Blendshape.allCases {
        let difference = abs(a.observation.weights[channel] - b.observation.weights[channel])
        if difference > worst.difference { worst = (difference, index, channel) }
      }
      let turn = (a.observation.pose.rotation.conjugate * b.observation.pose.rotation).rotationVector
      #expect((turn * turn).sum().squareRoot() < 0.005)
    }
    #expect(
      worst.difference < 0.005, "worst: \(worst.channel.name) at frame \(worst.frame), off by \(worst.difference)")
  }

  /// Every way of keeping tensors reads a shipped session as the CPU does.
  @Test(.enabled(if: hasGL), arguments: GLRung.allCases)
  func aRungOfTheLadderReadsAShippedSessionAlike(rung: GLRung) throws {
    let networks = try Self.networks()
    let session = "Sessions/glasses.mp4"
    let cpu = try Self.readings(networks, SIMDBackend(networks: networks), of: session)
    let gpu = try Self.readings(
      networks, ShaderBackend(networks: networks, context: GLContext(), rung: rung.rawValue), of: session)
    #expect(cpu.count == 12 && gpu.count == 12)
    let differences = zip(cpu, gpu).flatMap { a, b in
      Blendshape.allCases.map { abs(a.observation.weights[$0] - b.observation.weights[$0]) }
    }
    let worst = differences.max() ?? .infinity
    print("\(rung): weights off by at most \(worst)")
    #expect(worst <= 0.03)
  }

  /// Two people before one camera, each read as the CPU reads them.
  @Test(.enabled(if: hasGL)) func shadersFollowTwoFacesAsTheCPUDoes() throws {
    func read(_ networks: FaceNetworks, _ backend: any InferenceBackend) throws -> [[FaceObservation]] {
      func path(_ name: String) -> String { Self.root.appending(path: "Sessions/\(name).mp4").path() }
      let collage = try FrameCollage(
        width: 1280, seconds: 0.7, [.init(path("even")) { _ in 0 }, .init(path("glasses")) { _ in 640 }])
      let tracker = FaceTracker(networks: networks, backend: backend, configuration: .init(), faces: 2)
      var faces: [[FaceObservation]] = []
      while case .frame(let frame) = try collage.next() {
        let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
        _ = try tracker.read(plane, at: frame.time)
        faces.append((0..<2).map { tracker.reading(of: $0).observation })
      }
      return faces
    }
    let networks = try Self.networks()
    let cpu = try read(networks, SIMDBackend(networks: networks))
    let gpu = try read(networks, ShaderBackend(networks: networks))
    #expect(cpu.count > 15 && gpu.count == cpu.count)
    #expect(gpu.last?.map(\.isPresent) == [true, true])
    for (a, b) in zip(cpu.joined(), gpu.joined()) {
      #expect(a.isPresent == b.isPresent)
      #expect(Blendshape.allCases.allSatisfy { abs(a.weights[$0] - b.weights[$0]) < 0.01 })
      let turn = (a.pose.rotation.conjugate * b.pose.rotation).rotationVector
      #expect((turn * turn).sum().squareRoot() < 0.01)
    }
  }

  @Test func aFaceIsFoundInTheFirstFrameThatTheDetectorSees() throws {
    let networks = try Self.networks()
    let readings = try Self.readings(networks, SIMDBackend(networks: networks))
    #expect(readings.first?.observation.isPresent == true)
  }

  @Test(arguments: [0, 64, 128, 255])
  func plainPicturesHoldNoFace(grey: UInt8) throws {
    let networks = try Self.networks()
    let tracker = FaceTracker(
      networks: networks, backend: try SIMDBackend(networks: networks), configuration: .init())
    let pixels = [UInt8](repeating: grey, count: 640 * 480)
    for frame in 0..<10 {
      let present = try pixels.withUnsafeBufferPointer {
        try tracker.read(
          LumaPlane(pixels: $0.baseAddress!, width: 640, height: 480, stride: 640),
          at: CaptureTime(seconds: Double(frame) / 10)
        ).observation.isPresent
      }
      #expect(!present)
    }
  }

  @Test func aDamagedOrMissingModelIsNamed() throws {
    #expect(throws: FaceTrackingError.self) { try FaceNetworks(folder: "no/such/folder") }
    do { _ = try FaceNetworks(folder: "no/such/folder") } catch {
      #expect("\(error)".contains("no/such/folder/detector.gurn"))
    }
  }
}
