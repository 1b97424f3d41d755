# Runs in Godot's headless server with `--path contrib/godot --script`: the shipped scene with a mesh of 52 blend shapes.
# Arguments after it: names of the shapes separated by commas, the port, the output, how many frames to wait for.
# Every line of the output is a JSON object: time, weights read from the mesh, where the head bone has turned +Z and +Y.
extends SceneTree

var character
var frames := 0
var wanted := 0
var output := File.new()


func _init():
	var arguments := {}
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--gurn-"):
			var pair: Array = argument.split("=")
			arguments[pair[0]] = pair[1]
	wanted = int(arguments["--gurn-frames"])
	output.open(arguments["--gurn-output"], File.WRITE)
	character = load("res://gurn_face.tscn").instance()
	character.get_node("Face").mesh = _face(arguments["--gurn-names"].split(","))
	character.get_node("Gurn").port = int(arguments["--gurn-port"])
	character.get_node("Gurn").connect("frame_shown", self, "_on_frame")
	root.add_child(character)
	print("listening")


# A triangle with a blend shape for each name, every other one spelled as in VRM.
func _face(names: Array) -> ArrayMesh:
	var mesh := ArrayMesh.new()
	var shapes := []
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = PoolVector3Array([Vector3(0, 0, 0), Vector3(1, 0, 0), Vector3(0, 1, 0)])
	for index in names.size():
		var name: String = names[index]
		mesh.add_blend_shape(name if index % 2 else name.left(1).to_upper() + name.substr(1))
		shapes.append(arrays.duplicate())
	mesh.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays, shapes)
	return mesh


func _on_frame(time: float):
	var weights := {}
	var face: MeshInstance = character.get_node("Face")
	for property in face.get_property_list():
		if property.name.begins_with("blend_shapes/"):
			var name: String = property.name.substr(13)
			weights[name.left(1).to_lower() + name.substr(1)] = face.get(property.name)
	var turn: Basis = character.get_node("Skeleton").get_bone_global_pose(0).basis
	var forward := turn.xform(Vector3(0, 0, 1))
	var up := turn.xform(Vector3(0, 1, 0))
	output.store_line(to_json({
		"time": time, "weights": weights, "forward": [forward.x, forward.y, forward.z], "up": [up.x, up.y, up.z]}))
	frames += 1
	if frames >= wanted:
		output.close()
		quit()
