"""What all pages share: who may enter, forms, errors, lists, headers, logs."""
