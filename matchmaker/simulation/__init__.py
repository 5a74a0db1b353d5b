"""An invented market that is played through the product's own verbs with a moving clock."""
