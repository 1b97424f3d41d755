import FaceCore
import Foundation
import Testing

@testable import RigMapping

@Suite struct TriggerTests {
  let angry: [Blendshape: Float] = [.browDownLeft: 0.8, .browDownRight: 0.8, .noseSneerLeft: 0.5, .noseSneerRight: 0.5]
  let happy: [Blendshape: Float] = [.mouthSmileLeft: 0.8, .mouthSmileRight: 0.8, .cheekSquintLeft: 0.5]

  /// Frames of an expression with noise, blinks and looks.
  func frames(_ weights: [Blendshape: Float], count: Int, from start: Double = 0) -> [FaceObservation] {
    (0..<count).map { index in
      var face = Faces.face(weights, at: start + Double(index) / 30)
      for channel in 0..<52 { face.weights[channel] += 0.05 * Faces.noise(index * 52 + channel + Int(start * 1000)) }
      if index % 20 < 4 { (face.weights[.eyeBlinkLeft], face.weights[.eyeBlinkRight]) = (0.9, 0.9) }
      face.weights[.eyeLookUpLeft] = Float(index % 10) / 10
      face.weights = face.weights.clamped()
      return face
    }
  }

  func recording(_ weights: [Blendshape: Float]) -> TriggerRecording {
    var (bank, recording) = (TriggerBank(), TriggerRecording())
    for face in frames(weights, count: 60) {
      bank.read(face, landmarks: [])
      recording.add(bank)
    }
    return recording
  }

  func library() throws -> TriggerLibrary {
    var library = TriggerLibrary()
    try library.teach("angry", recording(angry))
    try library.teach("happy", recording(happy))
    try library.teach(TriggerLibrary.rest, recording([:]))
    return library
  }

  @Test func aTaughtExpressionIsKnownAgainAndNoOther() throws {
    var bank = TriggerBank(try library())
    func last(_ weights: [Blendshape: Float], from start: Double) -> MappedChannels {
      for face in frames(weights, count: 30, from: start) { bank.read(face, landmarks: []) }
      return bank.values
    }
    let rest = last([:], from: 10)
    #expect(rest["angry"]! < 0.05 && rest["happy"]! < 0.05)
    let angry = last(angry, from: 20)
    #expect(angry["angry"]! > 0.9 && angry["happy"]! < 0.05)
    let happy = last(happy, from: 30)
    #expect(happy["happy"]! > 0.9 && happy["angry"]! < 0.05)
    // Something else altogether is none of them.
    let other = last([.jawOpen: 1, .browInnerUp: 1, .browOuterUpLeft: 1, .browOuterUpRight: 1], from: 40)
    #expect(other["angry"]! < 0.05 && other["happy"]! < 0.05)
  }

  @Test func aLostFaceFiresNothing() throws {
    var bank = TriggerBank(try library())
    for face in frames(angry, count: 30) { bank.read(face, landmarks: []) }
    for index in 0..<30 { bank.read(.absent(at: CaptureTime(seconds: 1 + Double(index) / 30)), landmarks: []) }
    #expect(bank.values["angry"]! < 0.01)
  }

  @Test func libraryComesBackFromItsFile() throws {
    var library = try library()
    let data = try JSONEncoder().encode(library)
    #expect(try JSONDecoder().decode(TriggerLibrary.self, from: data) == library)
    #expect(library.names == ["angry", "happy"] && library.count(of: "angry") == TriggerLibrary.exampleLimit)
    let wasThere = library.forget("angry")
    let isThere = library.forget("angry")
    #expect(wasThere && !isThere)
    #expect(library.names == ["happy"])
  }

  @Test(arguments: ["", "a b", "a/b", "ä", String(repeating: "x", count: 41)])
  func namesThatMakeNoAddressAreRefused(name: String) {
    var library = TriggerLibrary()
    #expect(throws: RigMappingError.self) { try library.teach(name, recording(angry)) }
  }

  @Test func tooFewFramesTeachNothing() {
    var library = TriggerLibrary()
    #expect(throws: RigMappingError.self) { try library.teach("angry", TriggerRecording()) }
  }

  @Test func landmarksThatAreNoNumbersDoNoHarm() throws {
    var bank = TriggerBank(try library())
    for landmark: Float in [.nan, .infinity, 0, -1e30] {
      for face in frames(angry, count: 5) { bank.read(face, landmarks: .init(repeating: landmark, count: 140)) }
      #expect(bank.values.values.allSatisfy { (0...1).contains($0) })
    }
  }
}
