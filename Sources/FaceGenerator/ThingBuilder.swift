import FaceCore
import Foundation

/// Builds one thing before or on the head, in the head frame: hands here, the others by kind in extensions.
struct ThingBuilder {
  let thing: FaceScene.Thing
  let scene: FaceScene
  let geometry: SceneGeometry
  /// +1 on the subject's left.
  let side: Float
  /// The head's size beside the generic one's.
  let size: Float

  init(_ thing: FaceScene.Thing, _ scene: FaceScene, _ geometry: SceneGeometry) {
    self.thing = thing
    self.scene = scene
    self.geometry = geometry
    side = thing.isLeft ? 1 : -1
    size = geometry.measure.height / 11
  }

  func build(_ mesh: inout PropMesh) {
    switch thing.kind {
    case .handOnChin, .fistUnderChin, .handOnCheek, .handOnForehead, .handOnMouth, .handOnEye, .handWaving:
      addHand(handPose(), &mesh)
    case .cup: addCup(&mesh)
    case .phone: addPhone(&mesh)
    case .microphone: addMicrophone(&mesh)
    case .headphones: addHeadphones(&mesh, band: 0.8)
    case .headset:
      addHeadphones(&mesh, band: 0.4)
      addBoom(&mesh)
    case .mask: addMask(&mesh)
    }
  }

  func camera(_ point: SIMD3<Float>) -> SIMD3<Float> { geometry.camera.place(point) }

  /// A vector for the left side, on the thing's side.
  func sided(_ vector: SIMD3<Float>) -> SIMD3<Float> { vector * [side, 1, 1] }

  /// Where a landmark of the left side is, or of the right for things there.
  func landmark(left: Int, right: Int) -> SIMD3<Float> { geometry.landmarks[side > 0 ? left : right] }

  var mouth: SIMD3<Float> { (geometry.landmarks[51] + geometry.landmarks[57]) / 2 }

  /// The colour of this person's hands.
  var skin: SIMD3<Float> {
    let person = scene.person
    let base = pointwiseMax(person.skinColour, SIMD3(repeating: 0.0005))
    let toned = SIMD3(
      pow(base.x, person.skinContrast), pow(base.y, person.skinContrast), pow(base.z, person.skinContrast))
    return toned * person.skinGain * 0.9
  }

  struct HandPose {
    /// Palm's middle, head frame, cm.
    var middle: SIMD3<Float>
    /// Along the fingers, out of the palm, towards the thumb, and from wrist to elbow, for the left side.
    var along: SIMD3<Float>
    var palm: SIMD3<Float>
    var thumb: SIMD3<Float>
    var arm: SIMD3<Float>
    var curl: Float
  }

  private func handPose() -> HandPose {
    let marks = geometry.landmarks
    let brow = (marks[21] + marks[22]) / 2
    switch thing.kind {
    case .handOnChin:
      return HandPose(
        middle: marks[8] + sided([4.2, -2.6, -1]), along: [0.35, 1, -0.25], palm: [-1, 0.45, -0.1],
        thumb: [0, 0, -1], arm: [0.15, -1, 0.3], curl: 0.15)
    case .fistUnderChin:
      return HandPose(
        middle: marks[8] + sided([1.2, -4, 0.5]), along: [-1, 0.15, 0.1], palm: [0, -0.3, -1],
        thumb: [0, 1, 0], arm: [0.5, -1, 0.2], curl: 1.3)
    case .handOnForehead:
      return HandPose(
        middle: brow + sided([3.2, 2.6, 1.2]), along: [-0.8, 0.6, -0.1], palm: [0.1, -0.2, -1],
        thumb: [0, 1, 0], arm: [0.8, -1, 0.4], curl: 0.12)
    case .handOnMouth:
      return HandPose(
        middle: mouth + sided([3, -1.2, 2.6]), along: [-0.85, 0.5, -0.1], palm: [0.15, 0, -1],
        thumb: [0.3, 1, 0], arm: [0.6, -1, 0.3], curl: 0.22)
    case .handOnEye:
      let eye = side > 0 ? geometry.leftEye.centre : geometry.rightEye.centre
      return HandPose(
        middle: eye + sided([2.4, -5, 4.2]), along: [-0.35, 1, -0.25], palm: [-0.3, -0.1, -1],
        thumb: [1, 0, 0], arm: [0.4, -1, 0.4], curl: 0.3)
    case .handWaving:
      return HandPose(
        middle: mouth + sided([10, 1, 11]), along: [0.1, 1, 0], palm: [0, 0, 1], thumb: [-1, 0, 0],
        arm: [0.35, -1, -0.4], curl: 0.1)
    default:
      return HandPose(
        middle: marks[8] + sided([6.6, 3.5, -4]), along: [0.1, 1, -0.2], palm: [-1, 0.1, -0.35],
        thumb: [0, 0, -1], arm: [0.2, -1, 0.35], curl: 0.1)
    }
  }

  func addHand(_ pose: HandPose, _ mesh: inout PropMesh) {
    let turned = { (vector: SIMD3<Float>) in thing.turn.rotate(sided(vector)) }
    // A palm held against the head is as far from it as it is thick.
    let hand = HandMesh(
      origin: pose.middle + sided(thing.shift), along: turned(pose.along), palm: turned(pose.palm),
      thumb: turned(pose.thumb), scale: size * thing.scale, curl: max(0, pose.curl + thing.curl),
      spread: thing.spread)
    hand.add(to: &mesh, skin: skin, sleeve: thing.colour, arm: sided(pose.arm), toCamera: camera)
  }
}
