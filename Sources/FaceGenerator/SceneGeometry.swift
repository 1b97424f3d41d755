import FaceCore
import Foundation

/// A scene worked out: the bent face, its camera, and everything that is labelled.
struct SceneGeometry {
  /// Places of the bent face, x, y, z each, head frame, cm.
  let face: [Float]
  /// The same of the identity without expression, what hair hangs on.
  let neutral: [Float]
  let measure: FaceMeasure
  let camera: HeadCamera
  /// From the head frame to the camera's axes for the body below the neck.
  let bodyRotation: Quaternion
  /// Centres and radii of the eyeballs, head frame, cm, and their unit directions.
  let leftEye: (centre: SIMD3<Float>, radius: Float, direction: SIMD3<Float>)
  let rightEye: (centre: SIMD3<Float>, radius: Float, direction: SIMD3<Float>)
  /// The 68 landmarks, head frame, cm.
  let landmarks: [SIMD3<Float>]
  /// The joint of head and body, head frame.
  static let neck = SIMD3<Float>(0, -6, 1)

  init(_ scene: FaceScene, rig: FaceRig) {
    neutral = rig.neutralFace(identity: scene.person.identity.coefficients)
    var face = rig.bend(neutral, weights: scene.person.reach.bent(scene.weights), cheekRaise: scene.cheekRaise)
    func point(_ list: [Float], _ place: Int) -> SIMD3<Float> {
      SIMD3(list[3 * place], list[3 * place + 1], list[3 * place + 2])
    }
    let still = neutral
    measure = FaceMeasure(landmarks: rig.landmarks.map { point(still, $0) })
    landmarks = rig.landmarks.map { point(face, $0) }

    func eye(_ places: [Int], yaw: Float, pitch: Float) -> (SIMD3<Float>, Float, SIMD3<Float>) {
      var low = SIMD3<Float>(repeating: .infinity)
      var high = -low
      for place in places {
        low = pointwiseMin(low, point(face, place))
        high = pointwiseMax(high, point(face, place))
      }
      // The cornea bulges forward: depth is measured from the back by the width.
      let radius = (high.x - low.x) / 2
      let centre = SIMD3((low.x + high.x) / 2, (low.y + high.y) / 2, low.z + radius)
      for place in places {
        let onBall = centre + (point(face, place) - centre).unit * radius
        for axis in 0..<3 { face[3 * place + axis] = onBall[axis] }
      }
      return (centre, radius, SIMD3(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch)))
    }
    leftEye = eye(rig.eyeballs.left, yaw: scene.gaze.leftYaw, pitch: scene.gaze.leftPitch)
    rightEye = eye(rig.eyeballs.right, yaw: scene.gaze.rightYaw, pitch: scene.gaze.rightPitch)
    // ICT's teeth touch the lips at rest and would show as a white line.
    for place in rig.innerMouth { face[3 * place + 2] -= 0.25 }
    self.face = face

    let position = SIMD3(scene.ray.x * scene.depth, scene.ray.y * scene.depth, -scene.depth)
    let ray = HeadCamera.rayRotation(to: position)
    let focal = measure.focalLength(side: scene.windowSide, depth: scene.depth)
    camera = HeadCamera(
      rotation: ray * scene.facing, position: position, pivot: measure.anchor, focalLength: focal,
      centre: SIMD2(scene.windowCentre.x - focal * scene.ray.x, scene.windowCentre.y + focal * scene.ray.y))
    let angles = scene.facing.headAngles
    bodyRotation =
      ray
      * Quaternion(
        yaw: angles.yaw * scene.bodyFollow + scene.bodyYaw, pitch: angles.pitch * scene.bodyFollow * 0.5,
        roll: angles.roll * scene.bodyFollow * 0.5)
  }

  /// The camera-frame place of a point of the body.
  func bodyPlace(_ point: SIMD3<Float>) -> SIMD3<Float> {
    bodyRotation.rotate(point - Self.neck) + camera.place(Self.neck)
  }

  /// The 68 landmarks and both iris centres, pixels.
  func pictureLandmarks() -> [SIMD2<Float>] {
    (landmarks + [leftEye, rightEye].map { $0.centre + $0.direction * $0.radius }).map { camera.pixel($0) }
  }

  /// The mean y of the upper lid's two landmarks.
  var upperLids: (left: Float, right: Float) {
    ((landmarks[43].y + landmarks[44].y) / 2, (landmarks[37].y + landmarks[38].y) / 2)
  }
}
