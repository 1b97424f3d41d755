import FaceCore
import Foundation
import NeuralGraph
import Testing

@testable import FaceTracking

/// Sets of other sizes than the shipped ones: what a model file declares is what counts.
@Suite struct NetworkSetTests {
  static let left = LandmarkCrop(landmarks: [22, 26], offset: -0.2, sideFactor: 0.5, mirrored: false)
  static let right = LandmarkCrop(landmarks: [17, 21], offset: -0.2, sideFactor: 0.5, mirrored: true)
  static let picture = (0..<640 * 480).map { UInt8(truncatingIfNeeded: $0 % 640 / 3) }
  static let face = CropTransform(centre: [300, 240], side: 200, roll: 0, mirrored: false)

  /// What a backend says of a picture that is bright on its right.
  private func outputs(_ networks: FaceNetworks, _ backend: any InferenceBackend) throws -> NetworkOutputs {
    var outputs = NetworkOutputs(networks: networks)
    try Self.picture.withUnsafeBufferPointer {
      try backend.load(LumaPlane(pixels: $0.baseAddress!, width: 640, height: 480, stride: 640))
      try backend.track(Self.face, into: &outputs)
    }
    return outputs
  }

  private func weights(_ networks: FaceNetworks) throws -> BlendshapeWeights {
    let outputs = try outputs(networks, SIMDBackend(networks: networks))
    return ExpressionReading(networks: networks).weights(of: outputs)
  }

  @Test func theWindowNetworkAloneIsASet() throws {
    try TinySet.with { set in
      let weights = try weights(set.networks())
      for channel in Blendshape.allCases { #expect(weights[channel] == 0.25) }
    }
  }

  @Test func whatNoLocalNetworkSaysIsTheWindowNetworks() throws {
    try TinySet.with { set in
      try set.write(
        "eye", TinySet.local("eye", edge: 20, says: ["eyeBlink": 0.75, "browInnerUp": 0.5], crops: TinySet.eyes))
      let weights = try weights(set.networks())
      #expect(weights[.eyeBlinkLeft] == 0.75 && weights[.eyeBlinkRight] == 0.75 && weights[.browInnerUp] == 0.375)
      #expect(weights[.eyeSquintLeft] == 0.25 && weights[.jawOpen] == 0.25 && weights[.browDownRight] == 0.25)
    }
  }

  @Test func theEyesWordCountsByHalfInBrowsAndByThreeQuartersInGaze() throws {
    try TinySet.with { set in
      let said = TinySet.local(
        "eye", edge: 20, says: ["browDown": 0.75, "eyeLookUp": 0.5, "eyeLookIn": 0.75], crops: TinySet.eyes)
      try set.write("eye", said)
      let weights = try weights(set.networks())
      #expect(weights[.browDownLeft] == 0.5 && weights[.browDownRight] == 0.5)
      #expect(abs(weights[.eyeLookUpLeft] - 0.4) < 1e-6 && abs(weights[.eyeLookUpRight] - 0.4) < 1e-6)
      #expect(weights[.eyeLookInLeft] == 0.75 && weights[.eyeLookInRight] == 0.75)
    }
  }

  /// The window network says [1, 0, 0, 0, 1, 0] here.
  @Test func theRotationIsTheSumOfWhatAllNetworksSay() throws {
    try TinySet.with { set in
      let turning: [Float] = [0.125, 0.25, 0.5, 0.0625, 0.25, 0.5]
      try set.write(
        "eye", TinySet.local("eye", edge: 20, says: ["eyeBlink": 0.75], turning: turning, crops: TinySet.eyes))
      try set.write(
        "mouth", TinySet.local("mouth", edge: 24, says: ["jawOpen": 0.5], turning: turning, crops: TinySet.mouth))
      let networks = try set.networks()
      let said = try outputs(networks, SIMDBackend(networks: networks))
      // Twice the eye's where a mirror keeps the sign, nothing where it turns it, once the mouth's.
      #expect(said.rotation == [1.375, 0.25, 0.5, 0.0625, 1.75, 1.5])
      #expect(said.locals.map(\.count) == [1, 1, 1])
    }
  }

  @Test func theMouthsWordCountsByHalf() throws {
    try TinySet.with { set in
      try set.write(
        "mouth", TinySet.local("mouth", edge: 24, says: ["mouthPucker": 0.5, "jawOpen": 0.75], crops: TinySet.mouth))
      let weights = try weights(set.networks())
      #expect(weights[.jawOpen] == 0.5 && weights[.mouthPucker] == 0.375 && weights[.mouthClose] == 0.25)
    }
  }

  @Test func theBrowNetworksWordReplacesTheEyes() throws {
    try TinySet.with { set in
      try set.write(
        "eye", TinySet.local("eye", edge: 32, says: ["eyeBlink": 0.5, "browDown": 0.125], crops: TinySet.eyes))
      try set.write(
        "brow",
        TinySet.local(
          "brow", edge: 24, says: ["browDown": 0.625, "browInnerUp": 0.75], crops: [Self.left, Self.right]))
      let weights = try weights(set.networks())
      #expect(weights[.browDownLeft] == 0.625 && weights[.browDownRight] == 0.625 && weights[.browInnerUp] == 0.75)
      #expect(weights[.eyeBlinkLeft] == 0.5)
    }
  }

  @Test func whatIsSaidOfBothSidesCountsByItsMean() throws {
    try TinySet.with { set in
      try set.write(
        "brow",
        TinySet.local("brow", edge: 24, says: ["browOuterUp": 0, "browInnerUp": 0], crops: [Self.left, Self.right]))
      let networks = try set.networks()
      var outputs = NetworkOutputs(networks: networks)
      outputs.windowWeights = outputs.windowWeights.map { _ in .nan }
      outputs.locals = [[0.25, 0.5], [0.75, 1]]
      let weights = ExpressionReading(networks: networks).weights(of: outputs)
      #expect(weights[.browInnerUp] == 0.75, "a window network's NaN does not reach what is replaced")
      #expect(weights[.browOuterUpLeft] == 0.25 && weights[.browOuterUpRight] == 0.75)
      #expect(weights[.jawOpen] == 0)
    }
  }

  @Test func aFilesOwnCropIsWhereItsNetworkLooks() throws {
    try TinySet.with { set in
      // All landmarks lie in the window's middle: a wide crop sees the same mean as a narrow one only if both are there.
      let crop = LandmarkCrop(landmarks: [0], offset: 0, sideFactor: 0.25, mirrored: false)
      try set.write("mouth", TinySet.local("mouth", edge: 16, says: ["jawOpen": 0], seeing: 1, crops: [crop]))
      let networks = try set.networks()
      #expect(networks.locals.map(\.crops) == [[crop]])
      let mean = try outputs(networks, SIMDBackend(networks: networks)).locals[0][0]
      #expect(abs(mean - 100 / 255) < 0.01, "column 300 of the picture has luma 100, this is \(mean * 255)")
    }
  }

  @Test(.enabled(if: BackendAgreementTests.hasGL)) func shadersRunEverySetAsTheCPUDoes() throws {
    try TinySet.with { set in
      for part in ["", "eye", "brow", "mouth"] {
        if part == "eye" {
          let turning: [Float] = [0.1, 0.2, -0.3, 0.4, -0.5, 0.6]
          try set.write(
            part,
            TinySet.local(part, edge: 20, says: ["eyeBlink": 0.1], turning: turning, seeing: 0.5, crops: TinySet.eyes))
        }
        if part == "brow" {
          let crops = [Self.left, Self.right]
          try set.write(part, TinySet.local(part, edge: 28, says: ["browDown": 0.2], seeing: 0.25, crops: crops))
        }
        if part == "mouth" {
          try set.write(part, TinySet.local(part, edge: 24, says: ["jawOpen": 0.3], seeing: 1, crops: TinySet.mouth))
        }
        let networks = try set.networks()
        let cpu = try outputs(networks, SIMDBackend(networks: networks))
        let gpu = try outputs(networks, ShaderBackend(networks: networks))
        #expect(cpu.locals.map(\.count) == gpu.locals.map(\.count))
        for (a, b) in zip(cpu.locals.joined(), gpu.locals.joined()) { #expect(abs(a - b) < 0.005) }
        for (a, b) in zip(cpu.rotation, gpu.rotation) { #expect(abs(a - b) < 0.005) }
      }
    }
  }

  @Test(arguments: [(64, 48, 3, Float(8)), (100, 76, 4, 16), (64, 48, 2, 4)])
  func aDetectorsCellsFollowFromItsMap(width: Int, height: Int, halvings: Int, pixels: Float) throws {
    try TinySet.with { set in
      try set.write("detector", TinySet.detector(width: width, height: height, halvings: halvings, score: 4))
      let networks = try set.networks()
      #expect(networks.detectionMap.cellPixels == pixels)
      let tracker = FaceTracker(
        networks: networks, backend: try SIMDBackend(networks: networks), configuration: .init())
      let present = try Self.picture.withUnsafeBufferPointer {
        try tracker.read(
          LumaPlane(pixels: $0.baseAddress!, width: 640, height: 480, stride: 640), at: CaptureTime(seconds: 0)
        ).observation.isPresent
      }
      #expect(present)
    }
  }

  @Test func aSetThatCannotServeIsRefusedByName() throws {
    let plain = LandmarkCrop(landmarks: [70], offset: 0, sideFactor: 1, mirrored: false)
    let all = Blendshape.allCases.map(\.name)
    let cases: [(String, Graph, String)] = [
      (
        "eye", TinySet.local("eye", edge: 16, says: ["eyeWink": 0], crops: TinySet.eyes),
        "eye.gurn: “eyeWink” is not one of the 52"
      ),
      (
        "mouth", TinySet.local("mouth", edge: 16, says: ["jaw": 0], crops: TinySet.mouth),
        "mouth.gurn: “jaw” is not one of the 52"
      ),
      ("brow", TinySet.local("brow", edge: 16, says: ["browDown": 0], crops: []), "brow.gurn: 0 crops; declare one"),
      (
        "brow", TinySet.local("brow", edge: 16, says: ["browDown": 0], crops: [Self.right, Self.left]),
        "brow.gurn: 2 crops; declare one, or the left and the mirrored right one"
      ),
      ("mouth", TinySet.local("mouth", edge: 16, says: ["jawOpen": 0], crops: [plain]), "landmark 70, there are 70"),
      (
        "mouth", TinySet.local("mouth", edge: 16, says: ["jawOpen": 0], turning: [0, 0], crops: TinySet.mouth),
        "mouth.gurn: output “rotation” has 2 elements, 6 are needed"
      ),
      ("window", TinySet.window(edge: 16, says: 0, of: all.filter { $0 != "jawOpen" }), "anything of jawOpen"),
      ("window", TinySet.window(edge: 16, says: 0, of: all + ["jawOpen"]), "names a channel twice"),
      ("detector", TinySet.detector(width: 64, height: 48, halvings: 6), "detector.gurn: its map is 5×1×1"),
    ]
    for (name, graph, message) in cases {
      try TinySet.with { set in
        try set.write(name, graph)
        let error = #expect(throws: FaceTrackingError.self) { try set.networks() }
        #expect(error?.description.contains(message) == true, "\(String(describing: error)) lacks “\(message)”")
      }
    }
  }

  @Test func theFullSetIsTakenWhereItIsCheap() throws {
    #expect(NetworkChoice(seconds: 0.0066, executor: "simd").set == .full)
    #expect(NetworkChoice(seconds: 0.0067, executor: "simd").set == .lite)
    try TinySet.with { set in
      let networks = try set.networks()
      let choice = try NetworkChoice(measuring: SIMDBackend(networks: networks), networks: networks)
      #expect(
        choice.seconds > 0 && choice.description.hasPrefix("\(choice.set): a tracked frame of the full set takes"))
    }
  }
}
