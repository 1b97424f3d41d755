import FaceCore
import Foundation

/// Builds the things around a head: shoulders, glasses, long hair, hands.
enum SceneProps {
  /// Opaque and see-through triangles of a scene.
  static func build(_ scene: FaceScene, _ geometry: SceneGeometry) -> (opaque: PropMesh, clear: PropMesh) {
    var opaque = PropMesh()
    var clear = PropMesh()
    if scene.hasHead {
      addShoulders(scene, geometry, to: &opaque)
      if scene.person.longHair > 0 { addLongHair(scene, geometry, to: &opaque) }
      if let glasses = scene.person.glasses { add(glasses, geometry, opaque: &opaque, clear: &clear) }
    }
    for occluder in scene.occluders { add(occluder, geometry, to: &opaque) }
    for thing in scene.things { ThingBuilder(thing, scene, geometry).build(&opaque) }
    return (opaque, clear)
  }

  private static func addShoulders(_ scene: FaceScene, _ geometry: SceneGeometry, to mesh: inout PropMesh) {
    // Half width, half depth and height of rings from the collar down.
    let wide = scene.person.shoulders
    let rings: [(y: Float, x: Float, z: Float)] = [
      (-10.5, 6.6, 6.4), (-13, 7.4, 7), (-15, wide * 0.58, 8), (-17.5, wide * 0.85, 9), (-21, wide, 10),
      (-28, wide * 1.08, 11), (-60, wide * 1.05, 12),
    ]
    var places: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    for (index, ring) in rings.enumerated() {
      let slope = index < 4 ? Float(0.9) : 0.15
      places.append([])
      normals.append([])
      for step in 0..<24 {
        let angle = 2 * Float.pi * Float(step) / 24
        places[index].append(geometry.bodyPlace([ring.x * sin(angle), ring.y, ring.z * cos(angle) - 1.5]))
        normals[index].append(
          geometry.bodyRotation.rotate(SIMD3(sin(angle) / ring.x * ring.z, slope, cos(angle)).unit))
      }
    }
    let paint = SIMD4(scene.person.clothColour, 1)
    mesh.add(grid: places, normals: normals, paints: places.map { $0.map { _ in paint } }, closed: true)
  }

  private static func addLongHair(_ scene: FaceScene, _ geometry: SceneGeometry, to mesh: inout PropMesh) {
    // A curtain around the back of the head from temple to temple.
    var places: [[SIMD3<Float>]] = []
    var normals: [[SIMD3<Float>]] = []
    var paints: [[SIMD4<Float>]] = []
    let thickness = scene.person.hairLine.w
    let steps = 41
    for row in 0...6 {
      let share = Float(row) / 6
      let y = 8 - share * (10 + scene.person.longHair)
      places.append([])
      normals.append([])
      paints.append([])
      for step in 0..<steps {
        // From the left temple over the back to the right one; 0 is straight ahead.
        let angle = (62 + 236 * Float(step) / Float(steps - 1)) * Float.pi / 180
        let wave = sin(Float(step) * 2.1 + scene.person.beard.w) * 0.25 + sin(Float(step) * 5.3) * 0.15
        let radius = SIMD2<Float>(8.3, 9.8) + thickness * 0.8 + wave + 1.2 * share
        let point = SIMD3(radius.x * sin(angle), y, radius.y * cos(angle) - 0.8)
        places[row].append(geometry.camera.place(point))
        normals[row].append(geometry.camera.rotation.rotate(SIMD3(sin(angle), 0.15, cos(angle)).unit))
        let strand = 0.55 + 0.45 * sin(Float(step) * 3.7 + scene.person.beard.w) * sin(Float(step) * 1.3)
        paints[row].append(SIMD4(scene.person.hairColour * (0.5 + 0.6 * strand), 1))
      }
    }
    mesh.add(grid: places, normals: normals, paints: paints, closed: false)
  }

  private static func add(
    _ glasses: FaceScene.Glasses, _ geometry: SceneGeometry, opaque: inout PropMesh, clear: inout PropMesh
  ) {
    let camera = geometry.camera
    // They sit on the nose and stay when the brows move: measured from the eyeballs and the nose bridge.
    let bridge = geometry.landmarks[27]
    for (eye, side) in [(geometry.leftEye, Float(1)), (geometry.rightEye, Float(-1))] {
      let middle = SIMD3(eye.centre.x * 1.03, eye.centre.y - 0.35, max(eye.centre.z + 2.6, bridge.z + 0.1))
      var outline: [SIMD3<Float>] = []
      for step in 0..<28 {
        let angle = 2 * Float.pi * Float(step) / 28
        let (c, s) = (cos(angle), sin(angle))
        let power = 2 / glasses.boxiness
        let x = (c < 0 ? -1 : 1) * pow(abs(c), power) * glasses.lens.x
        let y = (s < 0 ? -1 : 1) * pow(abs(s), power) * glasses.lens.y
        // Lenses turn a little outward.
        outline.append(camera.place(middle + SIMD3(x, y, -0.05 * (x * side + 2) * 1.2)))
      }
      if glasses.isFullRim {
        opaque.add(tube: outline, radius: glasses.rim, colour: glasses.colour, closed: true)
      } else {
        opaque.add(tube: Array(outline[0...14]), radius: glasses.rim, colour: glasses.colour)
      }
      if glasses.tint.w > 0 {
        clear.add(fan: outline, normal: camera.rotation.rotate(SIMD3(0.3 * side, 0.1, 1).unit), paint: glasses.tint)
      }
      let outer = middle + SIMD3(glasses.lens.x * side, glasses.lens.y * 0.4, -0.25)
      let ear = SIMD3(7.9 * side, eye.centre.y - 0.2, -0.5)
      opaque.add(
        tube: [outer, outer + SIMD3(0.45 * side, 0, -0.7), ear].map { camera.place($0) }, radius: glasses.rim,
        colour: glasses.colour)
      if side > 0 {
        let other = SIMD3(-middle.x, middle.y, middle.z)
        let (a, b) = (middle - SIMD3(glasses.lens.x, -0.3, 0.1), other + SIMD3(glasses.lens.x, 0.3, -0.1))
        opaque.add(
          tube: [a, (a + b) / 2 + SIMD3(0, 0.25, 0.3), b].map { camera.place($0) }, radius: glasses.rim,
          colour: glasses.colour)
      }
    }
  }

  private static func add(_ occluder: FaceScene.Occluder, _ geometry: SceneGeometry, to mesh: inout PropMesh) {
    let camera = geometry.camera
    let unit = 1.75 * geometry.measure.height
    // In front of the nose, on a plane that faces the camera.
    let towards = HeadCamera.rayRotation(to: camera.position)
    func place(_ spot: SIMD2<Float>) -> SIMD3<Float> {
      camera.position + towards.rotate(SIMD3(spot.x * unit, spot.y * unit, 7))
    }
    mesh.add(
      capsule: place(occluder.from), to: place(occluder.to), radius: occluder.radius * unit, colour: occluder.colour)
  }
}
