import FaceCore
import Foundation

/// A hand of palm, four fingers, thumb and forearm, of a grown-up's size: 19 cm from wrist to fingertip.
///
/// Its axes: x towards the thumb, y along the fingers, z out of the hand's back; the origin is the palm's middle.
struct HandMesh {
  /// Where the palm's middle is, in the frame that the mesh is made in, cm.
  var origin: SIMD3<Float>
  /// Along stretched fingers.
  let along: SIMD3<Float>
  /// Out of the hand's back.
  let back: SIMD3<Float>
  let thumb: SIMD3<Float>
  /// Factor on the size.
  var scale: Float
  /// Bend of each finger's joint, radians.
  var curl: Float
  /// Angle between neighbouring fingers, radians.
  var spread: Float

  /// `palm` is the direction that the palm faces, `thumb` roughly where the thumb is: it tells left hands from right ones.
  init(
    origin: SIMD3<Float>, along: SIMD3<Float>, palm: SIMD3<Float>, thumb: SIMD3<Float>, scale: Float = 1,
    curl: Float = 0.2, spread: Float = 0.05
  ) {
    self.origin = origin
    self.along = along.unit
    let side = cross(self.along, palm).unit
    self.thumb = (side * thumb).sum() < 0 ? -side : side
    let normal = cross(side, self.along).unit
    back = (normal * palm).sum() > 0 ? -normal : normal
    self.scale = scale
    self.curl = curl
    self.spread = spread
  }

  /// A point of the hand in the frame that the mesh is made in.
  func place(_ point: SIMD3<Float>) -> SIMD3<Float> {
    let across: SIMD3<Float> = thumb * point.x + along * point.y
    return origin + (across + back * point.z) * scale
  }

  /// Knuckle, length and radius of index, middle, ring and little finger, cm.
  private static let fingers: [(knuckle: SIMD3<Float>, length: Float, radius: Float)] = [
    ([2.9, 4.1, 0], 7.3, 0.86), ([0.95, 4.5, 0.1], 8.1, 0.88), ([-1.05, 4.2, 0.05], 7.5, 0.84),
    ([-2.9, 3.4, -0.1], 6, 0.73),
  ]

  /// The joints of each finger from knuckle to tip, the thumb last, in the frame that the mesh is made in.
  func joints() -> [[SIMD3<Float>]] {
    var result = Self.fingers.enumerated().map { index, finger -> [SIMD3<Float>] in
      let lean = (1.5 - Float(index)) * spread
      var bend: Float = 0
      var point = finger.knuckle
      var line = [point]
      for share in [Float(0.45), 0.3, 0.25] {
        bend += curl
        let flat = finger.length * share * cos(bend)
        point += SIMD3(flat * sin(lean), flat * cos(lean), -finger.length * share * sin(bend))
        line.append(point)
      }
      return line.map(place)
    }
    let fold = min(1.2, 0.3 + 0.6 * curl)
    let base = SIMD3<Float>(2.6, -2.8, -0.4)
    let lower = SIMD3<Float>(0.72 * cos(fold * 0.5) + spread, 0.62, -0.5 * sin(fold)).unit
    let upper = SIMD3<Float>(0.5 * cos(fold), 0.8, -0.6 * sin(fold)).unit
    let middle = base + lower * 3.6
    result.append([base, middle, middle + upper * 3].map(place))
    return result
  }

  /// Adds it to a mesh whose frame `toCamera` leads to. `arm` is the direction from the wrist to the elbow.
  func add(
    to mesh: inout PropMesh, skin: SIMD3<Float>, sleeve: SIMD3<Float>, arm: SIMD3<Float>,
    toCamera: (SIMD3<Float>) -> SIMD3<Float>
  ) {
    addPalm(to: &mesh, skin: skin, toCamera: toCamera)
    let radii = Self.fingers.map(\.radius) + [1.05]
    for (line, radius) in zip(joints(), radii) {
      let taper: [Float] = line.count == 4 ? [1.08, 1, 0.92, 0.74] : [1.3, 1, 0.74]
      mesh.add(
        tapered: zip(line, taper).map { (toCamera($0), radius * $1 * scale) }, colour: skin)
    }
    let wrist = place([0, -4.2, 0])
    let direction = arm.unit
    let cuff = wrist + direction * (5.5 * scale)
    mesh.add(tapered: [(toCamera(wrist), 2.5 * scale), (toCamera(cuff), 2.6 * scale)], colour: skin)
    let elbow = wrist + direction * (26 * scale)
    mesh.add(
      tapered: [(toCamera(cuff - direction), 3.1 * scale), (toCamera(elbow), 4.6 * scale)], colour: sleeve)
  }

  private func addPalm(to mesh: inout PropMesh, skin: SIMD3<Float>, toCamera: (SIMD3<Float>) -> SIMD3<Float>) {
    let rings: [(y: Float, x: Float, z: Float)] = [
      (-6, 2.5, 1.9), (-4.6, 2.8, 1.8), (-2.8, 3.6, 1.75), (0, 4, 1.5), (2.6, 3.95, 1.2), (4, 3.7, 0.95),
      (4.8, 3, 0.6), (5, 0.2, 0.1),
    ]
    let middle = toCamera(origin)
    var places: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    for ring in rings {
      let angles = (0..<14).map { 2 * Float.pi * Float($0) / 14 }
      places.append(angles.map { toCamera(place([ring.x * cos($0), ring.y, ring.z * sin($0)])) })
      // Squares of the axes: the ellipse's own normals.
      normals.append(
        angles.map { angle in
          var out: SIMD3<Float> = thumb * (cos(angle) / ring.x) + back * (sin(angle) / ring.z)
          if ring.y > 4.5 { out += along * 0.5 }
          return (toCamera(origin + out.unit) - middle).unit
        })
    }
    let paint = SIMD4(skin, 1)
    mesh.add(grid: places, normals: normals, paints: places.map { $0.map { _ in paint } }, closed: true)
  }
}
